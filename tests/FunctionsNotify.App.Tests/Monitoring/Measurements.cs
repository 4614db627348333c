using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Monitoring;

/// <summary>A meter factory of the test's own, and everything that its instruments recorded.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<Measured> _all = [];

    public Measurements()
    {
        Meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have meters of the same name.
            if (ReferenceEquals(instrument.Meter.Scope, Meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IMeterFactory Meters { get; }

    public IReadOnlyList<Measured> All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>What one instrument recorded, each as <c>key=value,key=value: number</c>.</summary>
    public IReadOnlyList<string> Of(string instrument) => [.. All.Where(measured => measured.Instrument == instrument).Select(measured => measured.ToString())];

    /// <summary>Asks the gauges, and forgets what was there before.</summary>
    public Measurements Observe()
    {
        lock (_all)
        {
            _all.Clear();
        }

        _listener.RecordObservableInstruments();
        return this;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var measured = new Measured(instrument.Name, value, [.. tags.ToArray().Select(tag => (tag.Key, (string)tag.Value!))]);
        lock (_all)
        {
            _all.Add(measured);
        }
    }
}

/// <summary>One measurement.</summary>
internal sealed record Measured(string Instrument, double Value, IReadOnlyList<(string Name, string Value)> Tags)
{
    public override string ToString()
    {
        var tags = string.Join(',', Tags.Select(tag => $"{tag.Name}={tag.Value}"));
        var value = Value.ToString("0.###", CultureInfo.InvariantCulture);
        return tags.Length == 0 ? value : $"{tags}: {value}";
    }
}
