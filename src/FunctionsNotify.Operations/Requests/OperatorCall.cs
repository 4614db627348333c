using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Operations;

/// <summary>What every change has in common: who may ask for it, and what is answered when it cannot be put on record.</summary>
internal static class OperatorCall
{
    /// <summary>Runs a change for whoever may ask for it.</summary>
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

    /// <summary>The answer to a body that is too long.</summary>
    public static IResult TooLarge(int maxBytes) =>
        Results.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, detail: $"The body must be at most {maxBytes} bytes.");

    /// <summary>The answer to a call in a state that does not allow it.</summary>
    public static IResult Conflict(string detail) => Results.Problem(statusCode: StatusCodes.Status409Conflict, detail: detail);

    /// <summary>The answer to a call that breaks rules.</summary>
    public static IResult Invalid(IReadOnlyDictionary<string, string[]> errors) => Results.ValidationProblem(errors.ToDictionary());
}
