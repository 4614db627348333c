using System.Diagnostics.Metrics;

namespace FunctionsNotify.Telemetry;

/// <summary>Counts index rows that were not written.</summary>
public sealed class ProgressTelemetry
{
    private readonly Counter<long> _failures;

    /// <summary>Makes the instrument.</summary>
    /// <param name="meters">Makes the meter.</param>
    public ProgressTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _failures = meters.Create(TelemetryNames.Source)
            .CreateCounter<long>(TelemetryNames.Instruments.ProgressFailures, "{row}", "Index rows that were not written beside a wait");
    }

    /// <summary>A row was not written.</summary>
    public void Failed() => _failures.Add(1);
}
