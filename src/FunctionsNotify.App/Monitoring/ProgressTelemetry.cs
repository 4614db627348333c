using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

internal sealed class ProgressTelemetry
{
    private readonly Counter<long> _failures;

    public ProgressTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _failures = meters.Create(TelemetryNames.Source)
            .CreateCounter<long>(TelemetryNames.Instruments.ProgressFailures, "{row}", "Index rows that were not written beside a wait");
    }

    public void Failed() => _failures.Add(1);
}
