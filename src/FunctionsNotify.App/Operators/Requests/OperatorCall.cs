using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// What every change has in common: who may ask for it, and what is answered when it cannot be put on record.
internal static class OperatorCall
{
    public static Task<IResult> ChangeAsync(this OperatorAccess access, HttpRequest request, Func<Caller, Task<IResult>> change) =>
        access.RunAsync(request, OperatorRole.Operator, async caller =>
        {
            try
            {
                return await change(caller).ConfigureAwait(false);
            }
            catch (AuditUnavailableException fault)
            {
                return Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: fault.Message);
            }
        });

    public static IResult TooLarge(int maxBytes) =>
        Results.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, detail: $"The body must be at most {maxBytes} bytes.");

    public static IResult Conflict(string detail) => Results.Problem(statusCode: StatusCodes.Status409Conflict, detail: detail);

    public static IResult Invalid(IReadOnlyDictionary<string, string[]> errors) => Results.ValidationProblem(errors.ToDictionary());
}
