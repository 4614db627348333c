using System.Diagnostics.Metrics;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Telemetry;

/// <summary>Tells where this instance's breaker stands whenever it is asked.</summary>
public sealed class BreakerTelemetry
{
    /// <summary>Makes the instrument.</summary>
    /// <param name="meters">Makes the meter.</param>
    /// <param name="sender">Has the breaker.</param>
    public BreakerTelemetry(IMeterFactory meters, GuardedSender sender)
    {
        ArgumentNullException.ThrowIfNull(meters);
        meters.Create(TelemetryNames.Source).CreateObservableGauge(
            TelemetryNames.Instruments.Breaker,
            () => ValueOf(sender.Breaker),
            unit: null,
            "The breaker of this instance: 0 closed, 1 half-open, 2 open");
    }

    /// <summary>The gauge's value, the worse the higher.</summary>
    /// <param name="state">The state.</param>
    public static int ValueOf(BreakerState state) => state switch
    {
        BreakerState.Closed => 0,
        BreakerState.HalfOpen => 1,
        BreakerState.Open => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
