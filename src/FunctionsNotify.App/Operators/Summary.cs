using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// What could not be counted is null, and Unread says why; the rest is told.
internal sealed record SummaryReport(
    DateTimeOffset At,
    DeliverySummary Deliveries,
    bool IsPartial,
    IReadOnlyList<QueueSummary>? Queues,
    QuarantineSummary? Quarantine,
    double? LatenessSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? LastAcknowledgedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Pause? Pause,
    IReadOnlyDictionary<string, string> Unread)
{
    // Of this answer, not of the counts: who asks, null where operators are known by key only.
    public string? Caller { get; init; }
}

// Open ones whenever they were accepted, ended ones of those accepted in the last 24 hours.
internal sealed record DeliverySummary(
    int? Open,
    int? Overdue,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? OldestDueAt,
    int? DeliveredLate,
    int? Rejected,
    int? Exhausted,
    int? Cancelled);

internal sealed record QueueSummary(
    string Queue,
    int Depth,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? OldestAgeSeconds);

internal sealed record QuarantineSummary(int Invalid, int Conflict, bool IsPartial);

// Counts everything once for all who ask within two seconds. A part that fails, or takes too long, costs itself only.
internal sealed class Summary
{
    public static readonly TimeSpan AnswerLasts = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _recent = TimeSpan.FromHours(24);

    private readonly DeliveryIndex _index;
    private readonly Queues _queues;
    private readonly QuarantineStore _quarantine;
    private readonly SendingPause _pause;
    private readonly LastAcknowledged _acknowledged;
    private readonly TimeProvider _time;
    private readonly ILogger<Summary> _logger;
    private readonly SharedAnswer<SummaryReport> _report;

    public Summary(
        DeliveryIndex index, Queues queues, QuarantineStore quarantine, SendingPause pause, LastAcknowledged acknowledged, TimeProvider time, ILogger<Summary> logger)
    {
        (_index, _queues, _quarantine, _pause, _acknowledged, _time, _logger) = (index, queues, quarantine, pause, acknowledged, time, logger);
        _report = new SharedAnswer<SummaryReport>(ReadAsync, AnswerLasts, time);
    }

    public Task<SummaryReport> GetAsync(CancellationToken cancellationToken) => _report.GetAsync(cancellationToken);

    public void Forget() => _report.Forget();

    private async Task<SummaryReport> ReadAsync()
    {
        var now = _time.GetUtcNow();
        var (openPart, countsPart, queuesPart, quarantinePart) = (
            TryAsync("open", stop => _index.CountOpenAsync(now, stop)),
            TryAsync("ended", stop => _index.CountAsync(now - _recent, now - SweepRules.OverdueAfter, stop)),
            TryAsync("queues", _queues.CountAsync),
            TryAsync("quarantine", stop => _quarantine.CountWaitingAsync(stop)));
        var sendingPart = TryAsync("sending", async stop => new Sending(await _acknowledged.ReadAsync(stop), await _pause.ReadAsync(stop)));
        await Task.WhenAll(openPart, countsPart, queuesPart, quarantinePart, sendingPart);
        var (open, counts, queues, quarantine) = (await openPart, await countsPart, await queuesPart, await quarantinePart);
        var sending = await sendingPart;
        (string Part, string? Fault)[] faults =
        [
            ("open", open.Fault), ("ended", counts.Fault), ("queues", queues.Fault), ("quarantine", quarantine.Fault), ("sending", sending.Fault),
        ];
        return new SummaryReport(
            now,
            new DeliverySummary(
                open.Value?.Open,
                counts.Value?.Overdue,
                open.Value?.EarliestDueAt,
                Ended(DeliveryState.Delivered),
                Ended(DeliveryState.Rejected),
                Ended(DeliveryState.Exhausted),
                Ended(DeliveryState.Cancelled)),
            IsPartial: open.Value?.IsComplete != true || counts.Value?.IsComplete != true,
            queues.Value?.Select(queue => new QueueSummary(queue.Queue, queue.Depth, queue.OldestAge?.TotalSeconds)).ToList(),
            quarantine.Value is { } waiting ? new QuarantineSummary(waiting.Invalid, waiting.Conflict, IsPartial: !waiting.IsComplete) : null,
            open.Value?.OverdueAt(now).TotalSeconds,
            sending.Value?.LastAcknowledgedAt,
            sending.Value?.Pause,
            faults.Where(each => each.Fault is not null).ToDictionary(each => each.Part, each => each.Fault!));

        int? Ended(DeliveryState state) => counts.Value?.Ended.GetValueOrDefault(state);
    }

    private sealed record Sending(DateTimeOffset? LastAcknowledgedAt, Pause? Pause);

    // Who asked may be gone while others wait: only time ends it.
    private async Task<(T? Value, string? Fault)> TryAsync<T>(string part, Func<CancellationToken, Task<T>> read)
        where T : class
    {
        using var limit = new CancellationTokenSource(LongestPart, _time);
        try
        {
            return (await read(limit.Token).WaitAsync(LongestPart, _time, CancellationToken.None), null);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            Logs.PartUnread(_logger, fault, part);
            return (null, $"no answer within {LongestPart.TotalSeconds:0} s");
        }
#pragma warning disable CA1031 // Whatever the fault: it is told. Its message may hold a name, its type does not.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.PartUnread(_logger, fault, part);
            return (null, $"a fault: {fault.GetType().Name}");
        }
    }
}
