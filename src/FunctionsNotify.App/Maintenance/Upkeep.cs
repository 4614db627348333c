using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace FunctionsNotify.App;

internal sealed record UpkeepResult(string Part, string Result);

// The parts of the upkeep, run by the timer or by an operator. A part that fails or takes too long is counted and leaves
// the others alone; a part that does not run is an alert. Each may run at any time, and beside itself.
internal sealed class Upkeep(
    PoisonDrain drain, Sweeper sweeper, Observer observer, StuckSearch search, Purge purge, Metrics metrics, TimeProvider time, ILogger<Upkeep> logger, MeterProvider? meters = null)
{
    // Every part ends before the next minute: while one lasts, the timer does not come again, and nobody drains, sweeps and
    // observes.
    public static readonly TimeSpan LongestPart = TimeSpan.FromSeconds(50);

    // An instance may end 30 s after its last call, and what it measured with it.
    private const int FlushMilliseconds = 5000;

    public static IReadOnlyList<string> Parts { get; } =
        [TelemetryNames.Runs.DrainPoison, TelemetryNames.Runs.Sweep, TelemetryNames.Runs.Observe, TelemetryNames.Runs.FindStuck, TelemetryNames.Runs.Purge];

    public async Task<IReadOnlyList<UpkeepResult>> RunAsync(DurableTaskClient client, IReadOnlyList<string> parts, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(parts.Select(async part => new UpkeepResult(part, await RunAsync(client, part, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        meters?.ForceFlush(FlushMilliseconds);
        return results;
    }

    private Task<string> RunAsync(DurableTaskClient client, string part, CancellationToken cancellationToken) => part switch
    {
        TelemetryNames.Runs.DrainPoison => RunAsync(part, async token => await drain.RunAsync(client, token).ConfigureAwait(false), report => report.Left == 0, _ => { }, cancellationToken),
        TelemetryNames.Runs.Sweep => RunAsync(part, async token => await sweeper.RunAsync(client, token).ConfigureAwait(false), IsComplete, report => metrics.Swept(part, report), cancellationToken),
        TelemetryNames.Runs.Observe => RunAsync(part, async token => await observer.ObserveAsync(token).ConfigureAwait(false), seen => seen.IsComplete, metrics.Observed, cancellationToken),
        TelemetryNames.Runs.FindStuck => RunAsync(part, token => search.RunAsync(client, token), IsComplete, report => metrics.Swept(part, report), cancellationToken),
        TelemetryNames.Runs.Purge => RunAsync(part, token => purge.RunAsync(client, token), report => report is { IsComplete: true, Faults: 0 }, metrics.Purged, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    private static bool IsComplete(SweepReport report) => report is { IsComplete: true, Faults: 0 };

    // A part that gives nothing had nothing to do, and is no run that counts.
    private async Task<string> RunAsync<T>(string part, Func<CancellationToken, Task<T?>> run, Func<T, bool> isComplete, Action<T> tell, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new TimeLimit(LongestPart, time, cancellationToken);
        var result = TelemetryNames.Results.Failed;
        try
        {
            if (await run(limit.Token).ConfigureAwait(false) is not { } report)
            {
                return TelemetryNames.Results.Complete;
            }

            tell(report);
            result = isComplete(report) ? TelemetryNames.Results.Complete : TelemetryNames.Results.Partial;
        }
        catch (OperationCanceledException) when (limit.Token.IsCancellationRequested)
        {
            // A later run goes on.
            result = TelemetryNames.Results.Partial;
        }
#pragma warning disable CA1031 // Whatever the fault, the other parts run, and this one a minute later.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.MaintenanceFailed(logger, fault, part);
        }

        metrics.Ran(part, result);
        return result;
    }
}
