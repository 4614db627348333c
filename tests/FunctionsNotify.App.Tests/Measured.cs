using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests;

/// <summary>The app's instruments with what they recorded.</summary>
internal sealed class Measured : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();

    public Measured()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have meters of the same name.
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Recorded.Add((instrument.Name, value)));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Recorded.Add((instrument.Name, value)));
        _listener.Start();
        Telemetry = new AppTelemetry(meters);
        Meters = meters;
    }

    public IMeterFactory Meters { get; }

    public AppTelemetry Telemetry { get; }

    public List<(string Instrument, double Value)> Recorded { get; } = [];

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }
}
