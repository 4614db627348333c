using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal sealed class AuditApi
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    private static readonly TimeSpan _defaultSpan = TimeSpan.FromDays(7);
    private static readonly TimeSpan _longestSpan = TimeSpan.FromDays(400);
    private static readonly string[] _parameters = ["from", "to", "paymentId", "pageSize", "continuationToken", "code"];

    private readonly IAuditLog _log;
    private readonly OperatorAccess _access;
    private readonly TimeProvider _time;

    public AuditApi(IAuditLog log, OperatorAccess access, TimeProvider time)
    {
        _log = log;
        _access = access;
        _time = time;
    }

    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => _access.RunAsync(request, OperatorRole.Reader, async _ =>
    {
        var query = new QueryReader(request, _parameters);
        var now = _time.GetUtcNow();
        var to = query.Time("to") ?? now.AddSeconds(1);
        var from = query.Time("from") ?? (to - DateTimeOffset.MinValue > _defaultSpan ? to - _defaultSpan : DateTimeOffset.MinValue);
        if (from >= to || to - from > _longestSpan)
        {
            query.Errors.Add("from", $"must be before to, by at most {_longestSpan.TotalDays:0} days");
        }

        var paymentId = query.Text("paymentId");
        if (paymentId is not null && !NotificationApi.IsPossible(paymentId))
        {
            query.Errors.Add("paymentId", $"must have 1 to {NotificationApi.MaxPaymentIdLength} characters");
        }

        var pageSize = query.Number("pageSize", 1, MaxPage) ?? DefaultPage;
        var continuation = query.Continuation("continuationToken");
        if (query.Errors.Any)
        {
            return OperatorCall.Invalid(query.Errors.ToDictionary());
        }

        try
        {
            var page = await _log.ListAsync(new AuditFilter(from, to, paymentId), pageSize, continuation, cancellationToken).ConfigureAwait(false);
            return Results.Json(new { Items = page.Entries, ContinuationToken = QueryReader.Token(page.Continuation) }, QueryReader.Json);
        }
        catch (ArgumentException fault) when (fault.ParamName == "continuation")
        {
            query.Errors.Add("continuationToken", "must be what the page before gave");
            return OperatorCall.Invalid(query.Errors.ToDictionary());
        }
    });
}
