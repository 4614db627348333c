using System.Diagnostics;

namespace FunctionsNotify.App.Tests.Monitoring;

// Alone, because a listener of another test would hear this one too.
[CollectionDefinition(nameof(NobodyListensTests), DisableParallelization = true)]
[Collection(nameof(NobodyListensTests))]
public sealed class NobodyListensTests : IDisposable
{
    private readonly Measurements _measurements = new();

    public void Dispose() => _measurements.Dispose();

    [Theory]
    [InlineData(Given.TraceParent)]
    [InlineData(null)]
    public void Intake_WithoutAListener_TheDeliveryBelongsToTheMessagesOwnTrace(string? traceParent)
    {
        using var invocation = new Activity("invocation").SetIdFormat(ActivityIdFormat.W3C).Start();

        using var message = new IntakeTelemetry(_measurements.Meters).Begin(Given.Message, Given.Reading("p", traceParent));

        Assert.Equal(traceParent, message.TraceParent);
        Assert.Same(invocation, Activity.Current);
    }

    [Fact]
    public void Attempt_WithoutAListener_IsMeasuredAllTheSame()
    {
        using var attempt = new AttemptTelemetry(_measurements.Meters).Begin(Given.Attempt("p", traceParent: null), Given.Start);
        attempt.Complete(Given.Result(AttemptKind.Acknowledged), Given.Start);

        Assert.Null(Activity.Current);
        Assert.Single(_measurements.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }
}
