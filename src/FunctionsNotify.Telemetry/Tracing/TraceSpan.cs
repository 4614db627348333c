using System.Diagnostics;

namespace FunctionsNotify.Telemetry;

/// <summary>A span, or nothing when nobody listens. Its end gives the invocation its place back.</summary>
internal sealed class TraceSpan : IDisposable
{
    /// <summary>Nobody listens.</summary>
    public static readonly TraceSpan None = new(null, null);

    private readonly Activity? _activity;
    private readonly Activity? _before;

    public TraceSpan(Activity? activity, Activity? before)
    {
        _activity = activity;
        _before = before;
    }

    /// <summary>Its W3C trace context; null when nobody listens.</summary>
    public string? TraceParent => _activity is { IdFormat: ActivityIdFormat.W3C } ? _activity.Id : null;

    /// <summary>Its W3C trace state.</summary>
    public string? TraceState => _activity?.TraceStateString;

    /// <summary>Sets an attribute; null leaves it out.</summary>
    public TraceSpan Set(string attribute, object? value)
    {
        _activity?.SetTag(attribute, value);
        return this;
    }

    /// <summary>Says that what it spans did not come to what it was for.</summary>
    /// <param name="why">A word of a closed set: never a foreign text.</param>
    public void Fail(string why) => _activity?.SetStatus(ActivityStatusCode.Error, why);

    public void Dispose()
    {
        if (_activity is not null)
        {
            _activity.Dispose();
            Activity.Current = _before;
        }
    }
}
