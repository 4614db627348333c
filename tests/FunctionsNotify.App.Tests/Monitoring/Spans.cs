using System.Diagnostics;

namespace FunctionsNotify.App.Tests.Monitoring;

/// <summary>Listens to our source. Tests run at the same time and share it, so each asks for its own payment's spans.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly List<Activity> _ended = [];

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (_ended)
                {
                    _ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The payment's spans that have ended, in the order of their ends.</summary>
    public IReadOnlyList<Activity> Of(string paymentId)
    {
        lock (_ended)
        {
            return [.. _ended.Where(activity => paymentId.Equals(activity.GetTagItem(TelemetryNames.SpanAttributes.PaymentId)))];
        }
    }

    public void Dispose() => _listener.Dispose();
}
