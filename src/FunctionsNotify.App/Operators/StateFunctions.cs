using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

// What Alipay+ was or is to be told of a payment, and how far that is.
internal sealed record PaymentState(
    string PaymentId,
    DeliveryState State,
    string? ResultStatus,
    string? ResultCode,
    DateTimeOffset AcceptedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? EndedAt);

// Many payments in one call, for a reconciliation: one point read each, whatever Durable has of them.
internal sealed class StateFunctions(OperatorHttp http, Claims claims)
{
    public const int MaxPayments = 100;

    private const string Parameter = "paymentId";
    private const int ReadAtOnce = 16;

    // The platform accepts a function's key as the other.
    private static readonly string[] _parameters = [Parameter, "code"];

    [Function("ListStates")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "states")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ReadAsync(request, async () =>
        {
            var ids = request.Query[Parameter].OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            var errors = new FieldErrors();
            if (ids.Count is 0 or > MaxPayments || !ids.TrueForAll(OperatorHttp.IsPossible))
            {
                errors.Add(Parameter, $"must be given 1 to {MaxPayments} times, each time a possible paymentId");
            }

            if (request.Query.Keys.Any(name => !_parameters.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                errors.Add("query", $"may have only {Parameter}; found another");
            }

            if (errors.Any)
            {
                return Answer.Invalid(errors).ToResult();
            }

            var found = new PaymentState?[ids.Count];
            await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken }, async (at, stop) =>
                found[at] = await claims.GetAsync(ids[at], stop) is { } claim ? Of(claim) : null);
            return Results.Json(new { Items = found.OfType<PaymentState>() }, DeliveryJson.Options);
        });

    private static PaymentState Of(Claim claim)
    {
        var result = NotificationReader.Read(claim.Body).Notification?.PaymentResult;
        return new PaymentState(claim.PaymentId, claim.State, result?.ResultStatus, result?.ResultCode, claim.AcceptedAt, claim.EndedAt);
    }
}
