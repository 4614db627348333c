using System.Diagnostics.Metrics;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.App;

/// <summary>What sweeper, search and purge did, on the app's meter.</summary>
public sealed class UpkeepTelemetry
{
    /// <summary>Actions of sweeper and search, by <c>action</c>; the alerts among them need a person.</summary>
    public const string SweepActions = "notify.sweep.actions";

    /// <summary>What was removed, by <c>kind</c>: history or claim.</summary>
    public const string PurgedItems = "notify.purge.removed";

    /// <summary>What could not be swept or purged, by <c>run</c>: sweep or purge.</summary>
    public const string Faults = "notify.upkeep.faults";

    private readonly Counter<long> _actions;
    private readonly Counter<long> _purged;
    private readonly Counter<long> _faults;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes the meter.</param>
    public UpkeepTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(AppTelemetry.Name);
        _actions = meter.CreateCounter<long>(SweepActions, "{action}", "What the sweeper and the search for stuck deliveries did");
        _purged = meter.CreateCounter<long>(PurgedItems, "{item}", "Histories and claims that were removed after their retention");
        _faults = meter.CreateCounter<long>(Faults, "{item}", "Deliveries and claims that could not be swept or purged");
    }

    internal void Swept(SweepReport report)
    {
        foreach (var (action, count) in report.Actions)
        {
            _actions.Add(count, new KeyValuePair<string, object?>("action", action.ToString()));
        }

        _faults.Add(report.Faults, new KeyValuePair<string, object?>("run", "sweep"));
    }

    internal void Purged(PurgeReport report)
    {
        _purged.Add(report.Histories, new KeyValuePair<string, object?>("kind", "history"));
        _purged.Add(report.Claims, new KeyValuePair<string, object?>("kind", "claim"));
        _faults.Add(report.Faults, new KeyValuePair<string, object?>("run", "purge"));
    }
}
