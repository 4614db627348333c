using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace FunctionsNotify.App;

// Everything that runs by a clock, in one function: each timer function would be scaled, and kept alive, by itself. Every
// minute each part has its turn; the search for stuck deliveries and the purge go through what there is in slices. A part
// that fails or takes too long is counted and leaves the others alone; a part that does not run is an alert.
internal sealed class MaintainFunction(
    PoisonDrain drain, Sweeper sweeper, Observer observer, StuckSearch search, Purge purge, Metrics metrics, TimeProvider time, ILogger<MaintainFunction> logger, MeterProvider? meters = null)
{
    public const string Name = "Maintain";

    public const string Schedule = "0 * * * * *";

    // Every part ends before the next minute: while one lasts, the timer does not come again, and nobody drains, sweeps and
    // observes.
    public static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(50);

    // An instance may end 30 s after its last call, and what it measured with it.
    private const int FlushMilliseconds = 5000;

    [Function(Name)]
    public async Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            RunAsync(TelemetryNames.Runs.DrainPoison, async token => await drain.RunAsync(client, token).ConfigureAwait(false), report => report.Left == 0, _ => { }, cancellationToken),
            RunAsync(TelemetryNames.Runs.Sweep, async token => await sweeper.RunAsync(client, token).ConfigureAwait(false), IsComplete, report => metrics.Swept(TelemetryNames.Runs.Sweep, report), cancellationToken),
            RunAsync(TelemetryNames.Runs.Observe, async token => await observer.ObserveAsync(token).ConfigureAwait(false), seen => seen.IsComplete, metrics.Observed, cancellationToken),
            RunAsync(TelemetryNames.Runs.FindStuck, token => search.RunAsync(client, token), IsComplete, report => metrics.Swept(TelemetryNames.Runs.FindStuck, report), cancellationToken),
            RunAsync(TelemetryNames.Runs.Purge, token => purge.RunAsync(client, token), report => report is { IsComplete: true, Faults: 0 }, metrics.Purged, cancellationToken)).ConfigureAwait(false);
        meters?.ForceFlush(FlushMilliseconds);
    }

    private static bool IsComplete(SweepReport report) => report is { IsComplete: true, Faults: 0 };

    // A part that gives nothing had nothing to do, and is no run.
    private async Task RunAsync<T>(string run, Func<CancellationToken, Task<T?>> part, Func<T, bool> isComplete, Action<T> tell, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(LongestPart, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        string? result = TelemetryNames.Results.Failed;
        try
        {
            if (await part(either.Token).ConfigureAwait(false) is not { } report)
            {
                result = null;
                return;
            }

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
            if (result is not null)
            {
                metrics.Ran(run, result);
            }
        }
    }
}
