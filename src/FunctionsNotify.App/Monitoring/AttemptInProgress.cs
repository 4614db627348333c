namespace FunctionsNotify.App;

internal sealed class AttemptInProgress : IDisposable
{
    private readonly AttemptTelemetry _telemetry;
    private readonly AttemptSubject _subject;
    private readonly TraceSpan _span;
    private bool _ended;

    internal AttemptInProgress(AttemptTelemetry telemetry, AttemptSubject subject, TraceSpan span)
    {
        _telemetry = telemetry;
        _subject = subject;
        _span = span;
    }

    public void Complete(AttemptResult result, DateTimeOffset endedAt)
    {
        ArgumentNullException.ThrowIfNull(result);
        _ended = true;
        _telemetry.Count(result);
        _span.Set(TelemetryNames.SpanAttributes.AttemptKind, result.Kind.ToString())
            .Set(TelemetryNames.SpanAttributes.ResultCode, ResultCodeCatalogue.MetricLabel(result.ResultCode));
        if (result.Kind is not (AttemptKind.Acknowledged or AttemptKind.Postponed))
        {
            _span.Fail(result.Kind.ToString());
        }

        if (result.Kind == AttemptKind.Acknowledged && _subject.EnqueuedAt is { } enqueuedAt)
        {
            // The service's clock and ours differ a little.
            var seconds = Math.Max(0, (endedAt - enqueuedAt).TotalSeconds);
            _telemetry.Acknowledged(_subject, seconds);
            _span.Set(TelemetryNames.SpanAttributes.Acknowledgement, seconds);
        }
    }

    public void Dispose()
    {
        if (!_ended)
        {
            // The host stops; the attempt is made again.
            _span.Fail(TelemetryNames.Results.Partial);
        }

        _span.Dispose();
    }
}
