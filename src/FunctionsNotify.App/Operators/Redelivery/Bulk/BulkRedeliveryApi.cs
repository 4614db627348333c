using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The handler of bulk redelivery. Each host only routes to it, so that both answer alike.
internal sealed class BulkRedeliveryApi
{
    public const int MaxBytes = 128 * 1024;

    private const int MaxResultCodeLength = 256;

    private static readonly string[] _members = ["paymentIds", "filter", "dryRun", "force", "actor", "reason"];
    private static readonly string[] _filterMembers = ["state", "resultCode", "from", "to"];

    private static readonly TimeSpan _defaultSpan = TimeSpan.FromDays(7);
    private static readonly TimeSpan _longestSpan = TimeSpan.FromDays(400);

    private readonly BulkRedelivery _bulk;
    private readonly OperatorAccess _access;
    private readonly TimeProvider _time;

    public BulkRedeliveryApi(BulkRedelivery bulk, OperatorAccess access, TimeProvider time)
    {
        _bulk = bulk;
        _access = access;
        _time = time;
    }

    public Task<IResult> RedeliverAsync(HttpRequest request, CancellationToken cancellationToken) => _access.ChangeAsync(request, async caller =>
    {
        using var body = await OperatorBody.ReadAsync(request, MaxBytes, _members, cancellationToken).ConfigureAwait(false);
        if (body is null)
        {
            return OperatorCall.TooLarge(MaxBytes);
        }

        var asked = new BulkRequest(body.Statement(caller))
        {
            PaymentIds = body.Texts("paymentIds", BulkRedelivery.MaxPayments),
            Filter = body.TextsByName("filter", _filterMembers) is { } filter ? Filter(filter, body.Errors) : null,
            DryRun = body.Flag("dryRun"),
            Force = body.Flag("force"),
            IdempotencyKey = IdempotencyKey.Read(request, body.Errors),
        };
        if (asked.PaymentIds is null == asked.Filter is null)
        {
            body.Errors.Add("paymentIds", "must be given, or filter in its place, and not both");
        }

        if (!asked.DryRun && request.Headers[IdempotencyKey.Header].Count == 0)
        {
            body.Errors.Add(IdempotencyKey.Header, "is required: with it, the same call again finishes what was cut off and delivers nothing twice");
        }

        return body.Errors.Any
            ? OperatorCall.Invalid(body.Errors.ToDictionary())
            : Results.Json(await _bulk.RunAsync(asked, cancellationToken).ConfigureAwait(false), QueryReader.Json);
    });

    private DeliveryListFilter Filter(IReadOnlyDictionary<string, string> filter, FieldErrors errors)
    {
        var to = Time("to") ?? _time.GetUtcNow().AddSeconds(1);
        var from = Time("from") ?? (to - DateTimeOffset.MinValue > _defaultSpan ? to - _defaultSpan : DateTimeOffset.MinValue);
        if (from >= to || to - from > _longestSpan)
        {
            errors.Add("filter.from", $"must be before to, by at most {_longestSpan.TotalDays:0} days");
        }

        var resultCode = filter.GetValueOrDefault("resultCode");
        if (resultCode is { Length: 0 or > MaxResultCodeLength })
        {
            errors.Add("filter.resultCode", $"must have 1 to {MaxResultCodeLength} characters");
        }

        return new DeliveryListFilter(States(filter.GetValueOrDefault("state"), errors), resultCode, from, to);

        DateTimeOffset? Time(string name) => filter.TryGetValue(name, out var text) ? QueryReader.Time($"filter.{name}", text, errors) : null;
    }

    private static List<DeliveryState> States(string? text, FieldErrors errors)
    {
        var states = new List<DeliveryState>();
        foreach (var name in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (Array.Find(Enum.GetValues<DeliveryState>(), state => name.Equals(state.ToString(), StringComparison.OrdinalIgnoreCase)) is var state
                && name.Equals(state.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                states.Add(state);
            }
            else
            {
                errors.Add("filter.state", $"must be one or more of {string.Join(", ", Enum.GetNames<DeliveryState>())}, separated by commas");
                break;
            }
        }

        return states;
    }
}
