using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

internal sealed record AuditQuery
{
    public string? From { get; init; }

    public string? To { get; init; }

    public string? PaymentId { get; init; }

    public string? PageSize { get; init; }

    public string? ContinuationToken { get; init; }
}

// What is not about one payment: how the app is, what operators changed, the API's document and the page. The anonymous
// ones need no key, and tell nothing of a payment or a key.
internal sealed class HostFunctions(OperatorHttp http, Readiness readiness, Summary summary, AuditLog audit, DeliveryPolicy delivery, OverloadPolicy overload, TimeProvider time)
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    [Function("Health")]
    public IResult Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        Results.Json(HealthReport.Of(delivery, overload), DeliveryJson.Options);

    [Function("Ready")]
    public async Task<IResult> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request, CancellationToken cancellationToken)
    {
        var report = await readiness.GetAsync(cancellationToken);
        return Results.Json(report, DeliveryJson.Options, statusCode: report.Status == ReadinessReport.Ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    [Function("Summary")]
    public Task<IResult> SummaryAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "summary")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ReadAsync(request, async caller => Results.Json(await summary.GetAsync(cancellationToken) with { Caller = caller.Name }, DeliveryJson.Options));

    [Function("ListAudit")]
    public Task<IResult> ListAuditAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "audit")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ListAsync<AuditQuery>(request, async (query, errors) =>
        {
            var (from, to) = FieldRules.Range("from", FieldRules.Time("from", query.From, errors), FieldRules.Time("to", query.To, errors), time.GetUtcNow(), errors);
            if (query.PaymentId is { } paymentId && !OperatorHttp.IsPossible(paymentId))
            {
                errors.Add("paymentId", "is not a possible paymentId");
            }

            var pageSize = FieldRules.Number("pageSize", query.PageSize, MaxPage, DefaultPage, errors);
            var continuation = FieldRules.Token("continuationToken", query.ContinuationToken, errors);
            if (errors.Any)
            {
                return null;
            }

            var page = await audit.ListAsync(new AuditFilter(from, to, query.PaymentId), pageSize, continuation, cancellationToken);
            return new { Items = page.Entries, ContinuationToken = FieldRules.Token(page.Continuation) };
        });

    [Function("OpenApi")]
    public Task<IResult> OpenApiAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "openapi.json")] HttpRequest request) =>
        http.ReadAsync(request, () => Task.FromResult(Results.Bytes(PageFile.OpenApi, "application/json")));

    [Function("Page")]
    public static IResult Page([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ui")] HttpRequest request) => PageFile.Serve(request, PageFile.Index);

    [Function("PageFile")]
    public static IResult File([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ui/{file}")] HttpRequest request) =>
        PageFile.Serve(request, request.RouteValues["file"] as string ?? string.Empty);
}
