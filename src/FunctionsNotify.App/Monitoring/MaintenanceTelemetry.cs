using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

// Counts the runs of everything that runs by a clock, and what they did. A run that is missing is an alert.
internal sealed class MaintenanceTelemetry
{
    private readonly Counter<long> _runs;
    private readonly Counter<long> _actions;
    private readonly Counter<long> _purged;
    private readonly Counter<long> _faults;

    public MaintenanceTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(TelemetryNames.Source);
        _runs = meter.CreateCounter<long>(TelemetryNames.Instruments.MaintenanceRuns, "{run}", "Runs of what runs by a clock");
        _actions = meter.CreateCounter<long>(TelemetryNames.Instruments.SweepActions, "{action}", "What the sweeper and the search for stuck deliveries did");
        _purged = meter.CreateCounter<long>(TelemetryNames.Instruments.PurgedItems, "{item}", "Histories and claims that were removed after their retention");
        _faults = meter.CreateCounter<long>(TelemetryNames.Instruments.UpkeepFaults, "{item}", "Deliveries and claims that could not be swept or purged");
    }

    public Task<PoisonDrainReport> DrainPoisonAsync(Func<Task<PoisonDrainReport>> run) =>
        RunAsync(TelemetryNames.Runs.DrainPoison, run, report => report.Left == 0);

    public Task<SweepReport> SweepAsync(Func<Task<SweepReport>> run) => SweepAsync(TelemetryNames.Runs.Sweep, run);

    public Task<SweepReport> FindStuckAsync(Func<Task<SweepReport>> run) => SweepAsync(TelemetryNames.Runs.FindStuck, run);

    public async Task<PurgeReport> PurgeAsync(Func<Task<PurgeReport>> run)
    {
        var report = await RunAsync(TelemetryNames.Runs.Purge, run, report => report is { IsComplete: true, Faults: 0 }).ConfigureAwait(false);
        Add(_purged, report.Histories, TelemetryNames.Attributes.Kind, "history");
        Add(_purged, report.Claims, TelemetryNames.Attributes.Kind, "claim");
        Add(_faults, report.Faults, TelemetryNames.Attributes.Run, TelemetryNames.Runs.Purge);
        return report;
    }

    public Task<Observation> ObserveAsync(Func<Task<Observation>> run) =>
        RunAsync(TelemetryNames.Runs.Observe, run, observation => observation.IsComplete);

    private static void Add(Counter<long> counter, int count, string attribute, string value)
    {
        if (count > 0)
        {
            counter.Add(count, Tags.Of(attribute, value));
        }
    }

    private async Task<SweepReport> SweepAsync(string name, Func<Task<SweepReport>> run)
    {
        var report = await RunAsync(name, run, report => report is { IsComplete: true, Faults: 0 }).ConfigureAwait(false);
        foreach (var (action, count) in report.Actions)
        {
            Add(_actions, count, TelemetryNames.Attributes.Action, action.ToString());
        }

        Add(_faults, report.Faults, TelemetryNames.Attributes.Run, name);
        return report;
    }

    private async Task<T> RunAsync<T>(string name, Func<Task<T>> run, Func<T, bool> isComplete)
    {
        ArgumentNullException.ThrowIfNull(run);
        var result = TelemetryNames.Results.Failed;
        try
        {
            var report = await run().ConfigureAwait(false);
            result = isComplete(report) ? TelemetryNames.Results.Complete : TelemetryNames.Results.Partial;
            return report;
        }
        catch (OperationCanceledException)
        {
            // The host stops; a later run goes on.
            result = TelemetryNames.Results.Partial;
            throw;
        }
        finally
        {
            _runs.Add(1, Tags.Of(TelemetryNames.Attributes.Run, name), Tags.Of(TelemetryNames.Attributes.Result, result));
        }
    }
}
