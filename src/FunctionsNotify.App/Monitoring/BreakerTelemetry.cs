using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

internal sealed class BreakerTelemetry
{
    public BreakerTelemetry(IMeterFactory meters, GuardedSender sender)
    {
        ArgumentNullException.ThrowIfNull(meters);
        meters.Create(TelemetryNames.Source).CreateObservableGauge(
            TelemetryNames.Instruments.Breaker,
            () => ValueOf(sender.Breaker),
            unit: null,
            "The breaker of this instance: 0 closed, 1 half-open, 2 open");
    }

    public static int ValueOf(BreakerState state) => state switch
    {
        BreakerState.Closed => 0,
        BreakerState.HalfOpen => 1,
        BreakerState.Open => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
