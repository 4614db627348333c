using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Looks through the index for deliveries that should have moved and did not, and helps each or tells an operator. It
// never terminates and never restarts an instance that lives. One delivery's fault is counted and leaves the others
// alone; it may run at any time and again.
internal sealed class Sweeper
{
    // How many days of acceptance every run looks back: beyond the longest delivery and the default retention of
    // history.
    public const int LookbackDays = 40;

    public const int MaxRows = 10_000;

    private const int PageSize = 200;
    private const int OlderShares = 12;

    // How often the host has it run.
    private static readonly TimeSpan _every = TimeSpan.FromMinutes(5);

    private readonly IClaimStore _claims;
    private readonly IDeliveryIndex _index;
    private readonly IDeliveryIndexMaintenance _rows;
    private readonly IDeliveryInstances _instances;
    private readonly IDeliveryStarter _starter;
    private readonly ICommandSender _commands;
    private readonly DeliveryPolicy _policy;
    private readonly RetentionPolicy _retention;
    private readonly TimeProvider _time;
    private readonly ILogger<Sweeper> _logger;

    public Sweeper(
        IClaimStore claims,
        IDeliveryIndex index,
        IDeliveryIndexMaintenance rows,
        IDeliveryInstances instances,
        IDeliveryStarter starter,
        ICommandSender commands,
        DeliveryPolicy policy,
        RetentionPolicy retention,
        TimeProvider time,
        ILogger<Sweeper> logger)
    {
        _claims = claims;
        _index = index;
        _rows = rows;
        _instances = instances;
        _starter = starter;
        _commands = commands;
        _policy = policy;
        _retention = retention;
        _time = time;
        _logger = logger;
    }

    public async Task<SweepReport> RunAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var tally = new SweepTally(MaxRows);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var more = true;
        for (var back = 0; more && back <= LookbackDays; back++)
        {
            more = await SweepDayAsync(today.AddDays(-back), now, tally, cancellationToken).ConfigureAwait(false);
        }

        // A redelivery stands on its payment's day of acceptance, which may be as old as the claim. Each run looks at a share
        // of those days, so that an hour's runs look at all.
        var share = (int)(now.UtcTicks / _every.Ticks % OlderShares);
        for (var back = LookbackDays + 1 + share; more && back <= _retention.Claims.TotalDays + 1; back += OlderShares)
        {
            more = await SweepDayAsync(today.AddDays(-back), now, tally, cancellationToken).ConfigureAwait(false);
        }

        var report = tally.Report();
        UpkeepLogs.Tell(_logger, report, UpkeepLogs.Swept);
        return report;
    }

    private async Task<bool> SweepDayAsync(DateOnly day, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await _rows.ListOverdueAsync(day, now - SweepRules.StartingAfter, PageSize, continuation, cancellationToken).ConfigureAwait(false);
            foreach (var fault in page.Unreadable)
            {
                tally.Faulted();
                UpkeepLogs.RowUnreadable(_logger, fault);
            }

            foreach (var row in page.Rows)
            {
                if (!tally.TrySee())
                {
                    return false;
                }

                await SweepRowAsync(row, now, tally, cancellationToken).ConfigureAwait(false);
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return true;
    }

    private async Task SweepRowAsync(DeliveryIndexRow row, DateTimeOffset now, SweepTally tally, CancellationToken cancellationToken)
    {
        try
        {
            // The claim first: one that is final when it is read stays so, and an instance that is read later is not older.
            var claim = await _claims.GetAsync(row.PaymentId, cancellationToken).ConfigureAwait(false);
            var instance = await _instances.GetAsync(row.DeliveryId, cancellationToken).ConfigureAwait(false);
            var action = SweepRules.Judge(row, claim, instance, now);
            tally.Did(await TakeAsync(action, row, claim, instance, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the other deliveries are looked at too, and this one by the next run.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            tally.Faulted();
            UpkeepLogs.NotSwept(_logger, fault, row.PaymentId, row.DeliveryId);
        }
    }

    private async Task<SweepAction> TakeAsync(SweepAction action, DeliveryIndexRow row, Claim? claim, DeliveryInstance? instance, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case SweepAction.Start:
                return await StartAsync(claim!, cancellationToken).ConfigureAwait(false);

            case SweepAction.DropRow:
                await _rows.RemoveAsync(row, cancellationToken).ConfigureAwait(false);
                break;

            case SweepAction.MendRow:
                await _index.UpsertAsync(SweepRules.Mend(row, claim!, instance?.Report), cancellationToken).ConfigureAwait(false);
                break;

            case SweepAction.Wake:
                await _commands.SendAsync(row.DeliveryId, SweepRules.Wake(instance!.Report!), cancellationToken).ConfigureAwait(false);
                break;

            default:
                UpkeepLogs.Alert(_logger, action, row.PaymentId, row.DeliveryId, instance);
                return action;
        }

        UpkeepLogs.Took(_logger, row.PaymentId, row.DeliveryId, action);
        return action;
    }

    private async Task<SweepAction> StartAsync(Claim claim, CancellationToken cancellationToken)
    {
        switch (await _starter.StartAsync(DeliveryStart.Of(claim, _policy), cancellationToken).ConfigureAwait(false))
        {
            case StartResult.Started:
                UpkeepLogs.Took(_logger, claim.PaymentId, claim.DeliveryId, SweepAction.Start);
                return SweepAction.Start;

            case StartResult.Broken:
                UpkeepLogs.Alert(_logger, SweepAction.AlertBroken, claim.PaymentId, claim.DeliveryId, null);
                return SweepAction.AlertBroken;

            default:
                return SweepAction.None;
        }
    }
}
