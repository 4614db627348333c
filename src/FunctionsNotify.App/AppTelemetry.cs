using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

/// <summary>What the app measures. Only activities and triggers record: an orchestrator replays and would count again.</summary>
public sealed class AppTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "FunctionsNotify";

    /// <summary>Seconds from an attempt's due time to its start; the storage provider may also start it up to 1 s early, which counts as 0.</summary>
    public const string AttemptLateness = "notify.attempt.lateness";

    /// <summary>Index rows that could not be written beside a wait.</summary>
    public const string ProgressFailures = "notify.progress.failures";

    internal static readonly ActivitySource Source = new(Name);

    private readonly Histogram<double> _lateness;
    private readonly Counter<long> _progressFailures;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes the meter.</param>
    public AppTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _lateness = meter.CreateHistogram<double>(AttemptLateness, "s", "From an attempt's due time to its start");
        _progressFailures = meter.CreateCounter<long>(ProgressFailures, "{row}", "Index rows that were not written beside a wait");
    }

    internal void AttemptStarted(TimeSpan lateness) => _lateness.Record(Math.Max(0, lateness.TotalSeconds));

    internal void ProgressFailed() => _progressFailures.Add(1);
}
