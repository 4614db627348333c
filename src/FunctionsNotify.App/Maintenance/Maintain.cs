using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace FunctionsNotify.App;

// Everything that runs by a clock, in one function: each timer function would be scaled, and kept alive, by itself. Every
// minute it drains the poison queue, sweeps and observes; hourly it looks for stuck deliveries, at night it purges. A
// part that fails or takes too long is counted and leaves the others alone; a part that does not run is an alert.
internal sealed class MaintainFunction(
    PoisonDrain drain, Sweeper sweeper, Observer observer, StuckSearch search, Purge purge, Metrics metrics, TimeProvider time, ILogger<MaintainFunction> logger, MeterProvider? meters = null)
{
    public const string Name = "Maintain";

    public const string Schedule = "0 * * * * *";

    public const int SearchMinute = 7;
    public const int PurgeMinute = 33;
    public const int LastPurgeHour = 5;

    // A part of every minute ends before the next; the rare ones may take their time.
    private static readonly TimeSpan _minutely = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan _rare = TimeSpan.FromMinutes(10);

    // An instance may end 30 s after its last call, and what it measured with it.
    private const int FlushMilliseconds = 5000;

    [Function(Name)]
    public async Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<Task> parts =
        [
            RunAsync(TelemetryNames.Runs.DrainPoison, _minutely, token => drain.RunAsync(client, token), report => report.Left == 0, _ => { }, cancellationToken),
            RunAsync(TelemetryNames.Runs.Sweep, _minutely, token => sweeper.RunAsync(client, token), IsComplete, report => metrics.Swept(TelemetryNames.Runs.Sweep, report), cancellationToken),
            RunAsync(TelemetryNames.Runs.Observe, _minutely, observer.ObserveAsync, seen => seen.IsComplete, metrics.Observed, cancellationToken),
        ];
        if (now.Minute == SearchMinute)
        {
            parts.Add(RunAsync(TelemetryNames.Runs.FindStuck, _rare, token => search.RunAsync(client, token), IsComplete, report => metrics.Swept(TelemetryNames.Runs.FindStuck, report), cancellationToken));
        }

        if (now.Minute == PurgeMinute && now.Hour <= LastPurgeHour)
        {
            parts.Add(RunAsync(TelemetryNames.Runs.Purge, _rare, token => purge.RunAsync(client, token), report => report is { IsComplete: true, Faults: 0 }, metrics.Purged, cancellationToken));
        }

        await Task.WhenAll(parts).ConfigureAwait(false);
        meters?.ForceFlush(FlushMilliseconds);
    }

    private static bool IsComplete(SweepReport report) => report is { IsComplete: true, Faults: 0 };

    private async Task RunAsync<T>(string run, TimeSpan longest, Func<CancellationToken, Task<T>> part, Func<T, bool> isComplete, Action<T> tell, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var result = TelemetryNames.Results.Failed;
        try
        {
            var report = await part(either.Token).ConfigureAwait(false);
            tell(report);
            result = isComplete(report) ? TelemetryNames.Results.Complete : TelemetryNames.Results.Partial;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // A later run goes on.
            result = TelemetryNames.Results.Partial;
        }
#pragma warning disable CA1031 // Whatever the fault, the other parts run, and this one a minute later.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.MaintenanceFailed(logger, fault, run);
        }
        finally
        {
            metrics.Ran(run, result);
        }
    }
}
