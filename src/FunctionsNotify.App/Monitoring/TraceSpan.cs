using System.Diagnostics;

namespace FunctionsNotify.App;

// A span, or nothing when nobody listens. Its end gives the invocation its place back.
internal sealed class TraceSpan : IDisposable
{
    public static readonly TraceSpan None = new(null, null);

    private readonly Activity? _activity;
    private readonly Activity? _before;

    public TraceSpan(Activity? activity, Activity? before)
    {
        _activity = activity;
        _before = before;
    }

    public string? TraceParent => _activity is { IdFormat: ActivityIdFormat.W3C } ? _activity.Id : null;

    public string? TraceState => _activity?.TraceStateString;

    public TraceSpan Set(string attribute, object? value)
    {
        _activity?.SetTag(attribute, value);
        return this;
    }

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
