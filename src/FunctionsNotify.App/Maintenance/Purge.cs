using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Removes what has ended for longer than its retention, a bounded time per run: first finished histories, then ended
// claims with their index rows. Each step may be cut off anywhere and done again.
internal sealed class Purge
{
    public static readonly TimeSpan PartTime = TimeSpan.FromMinutes(2);

    private const int BatchSize = 16;
    private const int PageSize = 200;

    private static readonly InstanceStatus[] _terminal = [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated];

    private readonly IClaimMaintenance _claims;
    private readonly IDeliveryIndexMaintenance _rows;
    private readonly IDeliveryInstances _instances;
    private readonly IPurgeBookmark _bookmark;
    private readonly RetentionPolicy _retention;
    private readonly TimeProvider _time;
    private readonly ILogger<Purge> _logger;

    public Purge(
        IClaimMaintenance claims,
        IDeliveryIndexMaintenance rows,
        IDeliveryInstances instances,
        IPurgeBookmark bookmark,
        RetentionPolicy retention,
        TimeProvider time,
        ILogger<Purge> logger)
    {
        _claims = claims;
        _rows = rows;
        _instances = instances;
        _bookmark = bookmark;
        _retention = retention;
        _time = time;
        _logger = logger;
    }

    private enum Removal
    {
        Removed,
        Kept,
        Faulted,
    }

    public async Task<PurgeReport> RunAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var histories = await PurgeHistoriesAsync(now - _retention.History, cancellationToken).ConfigureAwait(false);
        var claims = await PurgeClaimsAsync(now - _retention.Claims, cancellationToken).ConfigureAwait(false);
        var report = new PurgeReport(
            histories.Count(Removal.Removed),
            claims.Count(Removal.Removed),
            histories.Count(Removal.Kept),
            histories.Count(Removal.Faulted) + claims.Count(Removal.Faulted),
            histories.IsComplete && claims.IsComplete);
        var level = report is { Faults: 0, IsComplete: true } ? LogLevel.Information : LogLevel.Warning;
        UpkeepLogs.Purged(_logger, level, report.Histories, report.Claims, report.Kept, report.Faults, report.IsComplete);
        return report;
    }

    private async Task<Part> PurgeHistoriesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var part = new Part(_time);
        var batch = new List<DeliveryInstance>(BatchSize);

        // Created before is a bound that the platform knows; when it finished is looked at one by one.
        await foreach (var instance in _instances.ListAsync(_terminal, before, cancellationToken).ConfigureAwait(false))
        {
            batch.Add(instance);
            if (batch.Count == BatchSize)
            {
                await RemoveBatchAsync().ConfigureAwait(false);
                if (part.IsOver)
                {
                    return part;
                }
            }
        }

        await RemoveBatchAsync().ConfigureAwait(false);
        return part.Complete();

        async Task RemoveBatchAsync()
        {
            part.Add(await Task.WhenAll(batch.Select(instance => RemoveAsync(instance, before, cancellationToken))).ConfigureAwait(false));
            batch.Clear();
        }
    }

    private async Task<Part> PurgeClaimsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var part = new Part(_time);
        var continuation = await _bookmark.GetAsync(cancellationToken).ConfigureAwait(false);
        do
        {
            var page = await ListAsync(before, continuation, cancellationToken).ConfigureAwait(false);
            foreach (var batch in page.Claims.Chunk(BatchSize))
            {
                part.Add(await Task.WhenAll(batch.Select(claim => RemoveAsync(claim, cancellationToken))).ConfigureAwait(false));
            }

            continuation = page.Continuation;
            await _bookmark.SetAsync(continuation, cancellationToken).ConfigureAwait(false);
        }
        while (continuation is not null && !part.IsOver);

        return continuation is null ? part.Complete() : part;
    }

    private async Task<EndedClaimPage> ListAsync(DateTimeOffset before, string? continuation, CancellationToken cancellationToken)
    {
        try
        {
            return await _claims.ListEndedAsync(before, PageSize, continuation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (continuation is not null && fault is not OperationCanceledException)
        {
            // A place that was kept by another version, or that the store knows no more, must not end the purge for good.
            UpkeepLogs.BookmarkLost(_logger, fault);
            await _bookmark.SetAsync(null, cancellationToken).ConfigureAwait(false);
            return await _claims.ListEndedAsync(before, PageSize, continuation: null, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<Removal> RemoveAsync(DeliveryInstance instance, DateTimeOffset before, CancellationToken cancellationToken) => GuardAsync("Instance", instance.DeliveryId, async () =>
    {
        var claim = await _claims.FindAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
        if (!PurgeRules.MayRemove(instance, claim, before))
        {
            return false;
        }

        await _instances.PurgeAsync(instance.DeliveryId, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    // The rows first: the claim is what they are found by.
    private Task<Removal> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken) => GuardAsync("Claim", claim.PaymentId, async () =>
    {
        for (var generation = 1; generation <= claim.Generation; generation++)
        {
            await _rows.RemoveAsync(DeliveryIds.ForDelivery(claim.PaymentId, generation), claim.AcceptedAt, cancellationToken).ConfigureAwait(false);
        }

        return await _claims.RemoveAsync(claim, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    private async Task<Removal> GuardAsync(string what, string id, Func<Task<bool>> remove, CancellationToken cancellationToken)
    {
        try
        {
            return await remove().ConfigureAwait(false) ? Removal.Removed : Removal.Kept;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the others are removed, and this one by a later run.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            UpkeepLogs.NotPurged(_logger, fault, what, id);
            return Removal.Faulted;
        }
    }

    private sealed class Part(TimeProvider time)
    {
        private readonly long _started = time.GetTimestamp();
        private readonly List<Removal> _results = [];

        public bool IsOver => time.GetElapsedTime(_started) >= PartTime;

        public bool IsComplete { get; private set; }

        public void Add(IEnumerable<Removal> results) => _results.AddRange(results);

        public int Count(Removal wanted) => _results.Count(result => result == wanted);

        public Part Complete()
        {
            IsComplete = true;
            return this;
        }
    }
}
