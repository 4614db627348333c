using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The handler of the summary. Many pages may watch it: one answer serves all who ask within 2 seconds.
internal sealed class SummaryApi
{
    public static readonly TimeSpan AnswerLasts = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _recent = TimeSpan.FromHours(24);

    private readonly IDeliveryStatistics _open;
    private readonly IDeliveryCounts _counts;
    private readonly IQueueStatistics _queues;
    private readonly IQuarantineStatistics _quarantine;
    private readonly GuardedSender _sender;
    private readonly OperatorAccess _access;
    private readonly TimeProvider _time;
    private readonly SharedAnswer<SummaryReport> _report;

    public SummaryApi(
        IDeliveryStatistics open, IDeliveryCounts counts, IQueueStatistics queues, IQuarantineStatistics quarantine, GuardedSender sender, OperatorAccess access, TimeProvider time)
    {
        _open = open;
        _counts = counts;
        _queues = queues;
        _quarantine = quarantine;
        _sender = sender;
        _access = access;
        _time = time;
        _report = new SharedAnswer<SummaryReport>(ReadAsync, AnswerLasts, time);
    }

    public Task<IResult> GetAsync(HttpRequest request, CancellationToken cancellationToken) => _access.RunAsync(
        request,
        OperatorRole.Reader,
        async _ => Results.Json(await _report.GetAsync(cancellationToken).ConfigureAwait(false), DeliveryJson.Options));

    private async Task<SummaryReport> ReadAsync()
    {
        // The storage clients give up by themselves; who asked may be gone and others wait.
        var stop = CancellationToken.None;
        var now = _time.GetUtcNow();
        var (open, counts, queues, quarantine) = (
            _open.ReadAsync(now, stop),
            _counts.CountAsync(now - _recent, now - SweepRules.OverdueAfter, stop),
            _queues.ReadAsync(stop),
            _quarantine.CountWaitingAsync(stop));
        await Task.WhenAll(open, counts, queues, quarantine).ConfigureAwait(false);
        var (opened, counted, waiting) = (await open.ConfigureAwait(false), await counts.ConfigureAwait(false), await quarantine.ConfigureAwait(false));
        return new SummaryReport(
            now,
            new DeliverySummary(
                opened.Open,
                counted.Overdue,
                opened.EarliestDueAt,
                Ended(DeliveryState.Delivered),
                Ended(DeliveryState.Rejected),
                Ended(DeliveryState.Exhausted),
                Ended(DeliveryState.Cancelled)),
            IsPartial: !opened.IsComplete || !counted.IsComplete,
            [.. (await queues.ConfigureAwait(false)).Select(queue => new QueueSummary(queue.Queue, queue.Depth, queue.OldestAge?.TotalSeconds))],
            new QuarantineSummary(waiting.Invalid, waiting.Conflict, IsPartial: !waiting.IsComplete),
            _sender.Breaker,
            opened.OverdueAt(now).TotalSeconds);

        int Ended(DeliveryState state) => counted.Ended.GetValueOrDefault(state);
    }
}
