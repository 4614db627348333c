using System.Diagnostics;
using System.Text;
using FunctionsNotify.App.Tests.Monitoring;
using FunctionsNotify.App.Tests.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Deliver;

[Collection(SharedAzurite.Name)]
public sealed class SendAttemptFunctionTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    private readonly Mock<INotifyPushPaymentClient> _client = new(MockBehavior.Strict);
    private FakeTimeProvider Time => _world.Time;

    // The third attempt, 2.5 s late.
    private static SendAttemptInput Input => Third(Given.Input());

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await _world.ClaimAsync(Given.PaymentId);
    }

    [Fact]
    public async Task Run_ClientAnswers_PassesTheExactBodyOnAndGivesTheResult()
    {
        byte[]? sent = null;
        var result = Given.Result(AttemptKind.Unknown, "UNKNOWN_EXCEPTION");
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .Callback((ReadOnlyMemory<byte> body, CancellationToken _) => sent = body.ToArray())
            .ReturnsAsync(result);

        Assert.Equal(new SentAttempt(result), await Function().RunAsync(Input, CancellationToken.None));
        Assert.Equal(Given.Body, Encoding.UTF8.GetString(sent!));
    }

    [Fact]
    public async Task Run_ClientThrows_IsAnAttemptThatMayHaveBeenSent()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .Callback(() => Time.Advance(TimeSpan.FromSeconds(1)))
            .ThrowsAsync(new FormatException("a secret"));

        var result = (await Function().RunAsync(Input, CancellationToken.None)).Result;

        Assert.Equal((AttemptKind.NoResult, Given.Start, TimeSpan.FromSeconds(1)), (result.Kind, result.StartedAt, result.Duration));
        Assert.Contains("FormatException", result.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AnswerWarnings.None, LogLevel.Information)]
    [InlineData(AnswerWarnings.KeyVersion, LogLevel.Warning)]
    public async Task Run_Acknowledged_IsLoggedAsAWarningWhenTheAnswerIsOdd(AnswerWarnings warnings, LogLevel expected)
    {
        var logger = new Mock<ILogger<SendAttemptFunction>>();
        logger.Setup(log => log.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(Given.Result(AttemptKind.Acknowledged) with { Warnings = warnings });

        await Function(logger.Object).RunAsync(Input, CancellationToken.None);

        Assert.Equal(expected, Assert.Single(logger.Invocations, call => call.Method.Name == nameof(ILogger.Log)).Arguments[0]);
    }

    [Fact]
    public async Task Run_Postponed_TheLogLineSaysWhy()
    {
        var logger = new Mock<ILogger<SendAttemptFunction>>();
        logger.Setup(log => log.IsEnabled(It.IsAny<LogLevel>())).Returns(true);
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(AttemptResult.Postponed(PostponeReason.SignerThrottled, Given.Start));

        await Function(logger.Object).RunAsync(Input, CancellationToken.None);

        Assert.Contains(
            logger.Invocations,
            call => call.Method.Name == nameof(ILogger.Log) && $"{call.Arguments[2]}".Contains(nameof(PostponeReason.SignerThrottled), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_CancelledWithoutTheHostStopping_IsAnAttemptThatMayHaveBeenSent()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ThrowsAsync(new TaskCanceledException());

        Assert.Equal(AttemptKind.NoResult, (await Function().RunAsync(Input, CancellationToken.None)).Result.Kind);
    }

    [Fact]
    public async Task Run_HostStops_ThrowsSoThatTheHostRunsTheAttemptAgain()
    {
        using var stop = new CancellationTokenSource();
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .Returns(async (ReadOnlyMemory<byte> _, CancellationToken cancellationToken) =>
            {
                await stop.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                return Given.Result(AttemptKind.Acknowledged);
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Function().RunAsync(Input, stop.Token));
    }

    [Theory]
    [InlineData(-2.5, 2.5)]
    [InlineData(0.9, 0)]
    public async Task Run_Lateness_IsMeasuredFromTheDueTime(double dueAfterSeconds, double expected)
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(Given.Result(AttemptKind.Acknowledged));

        await Function().RunAsync(Input with { Delivery = Input.Delivery with { DueAt = Given.Start.AddSeconds(dueAfterSeconds) } }, CancellationToken.None);

        Assert.Equal([$"retry=true: {expected.ToString(System.Globalization.CultureInfo.InvariantCulture)}"], _world.Measured.Of(TelemetryNames.Instruments.AttemptLateness));
    }

    [Fact]
    public async Task Run_AnyEnd_IsCountedByKindAndListedCodeAndTimed()
    {
        foreach (var result in new[] { Given.Result(AttemptKind.Acknowledged, "SUCCESS"), Given.Result(AttemptKind.Rejected, "a code of theirs"), Given.Result(AttemptKind.Postponed) })
        {
            // Open again: an attempt asks before it sends.
            await _world.ClaimAsync(Given.PaymentId);
            _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(result);
            await Function().RunAsync(Third(Given.Input(paymentId: $"p-{result.Kind}") with { EnqueuedAt = Given.Start.AddSeconds(-4) }), CancellationToken.None);
        }

        Assert.Equal(["kind=Acknowledged,result_code=SUCCESS: 1", "kind=Rejected,result_code=OTHER: 1"], _world.Measured.Of(TelemetryNames.Instruments.Attempts));
        Assert.Equal(["kind=Acknowledged: 0.02", "kind=Rejected: 0.02"], _world.Measured.Of(TelemetryNames.Instruments.AttemptDuration));
        Assert.Equal(["reason=BreakerOpen: 1"], _world.Measured.Of(TelemetryNames.Instruments.Postponements));
        Assert.Equal(["attempt=retry: 4"], _world.Measured.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }

    [Fact]
    public async Task Run_MessagesTimeIsNotKnown_MeasuresFromTheAcceptance()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(Given.Result(AttemptKind.Acknowledged));

        await Function().RunAsync(Input, CancellationToken.None);

        Assert.Equal(["attempt=retry: 1"], _world.Measured.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }

    [Theory]
    [InlineData(1, 30, true)]
    [InlineData(1, 30.1, false)]
    [InlineData(3, 0, false)]
    public async Task Run_AnEarlierRunMayHaveEndedTheDelivery_AsksBeforeItSends(int number, double secondsLate, bool sends)
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(Given.Result(AttemptKind.Unknown));
        var endedAt = Given.Start.AddSeconds(-20);
        await _world.ClaimAsync(Given.PaymentId, state: DeliveryState.Delivered, endedAt: endedAt);
        var delivery = number == 1 ? Delivery.Begin(Given.Input(), Given.Start) : Input.Delivery;

        var attempt = await Function().RunAsync(Input with { Delivery = delivery with { AcceptedAt = Given.Start.AddSeconds(-secondsLate), DueAt = Given.Start } }, CancellationToken.None);

        Assert.Equal((sends ? null : new RecordedEnd(DeliveryState.Delivered, endedAt), false), (attempt.Ended, attempt.IsTold));
        _client.Verify(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()), sends ? Times.Once : Times.Never);
        Assert.Empty(await _world.OutcomesAsync());
    }

    [Fact]
    public async Task Run_WhetherAnEarlierRunEndedItCannotBeRead_IsPostponedAndUsesNoRetry()
    {
        _world.Calls.UntilFault = 0;

        var attempt = await Function().RunAsync(Input, CancellationToken.None);

        Assert.Equal((AttemptKind.Postponed, PostponeReason.RecordUnread, null), (attempt.Result.Kind, attempt.Result.PostponeReason, attempt.Ended));
        Assert.Contains("could not be read", attempt.Result.Detail, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(await _world.RowsAsync()).AttemptCount);
    }

    [Fact]
    public async Task Run_OfADeliverysTrace_IsAChildInItAndLinkedToTheInvocation()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(Given.Result(AttemptKind.Acknowledged));
        var payment = Guid.NewGuid().ToString();
        using var spans = new Spans();
        using var invocation = new Activity("invocation").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Function().RunAsync(Third(Given.Input(paymentId: payment)), CancellationToken.None);
        await Function().RunAsync(Third(Given.Input(paymentId: payment) with { TraceParent = "not a trace" }), CancellationToken.None);

        var first = spans.Of(payment).First(span => span.OperationName == TelemetryNames.Spans.Attempt);
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (first.TraceId.ToHexString(), first.ParentSpanId.ToHexString()));
        Assert.Equal(invocation.SpanId, Assert.Single(first.Links).Context.SpanId);
        Assert.Equal("Acknowledged", first.GetTagItem(TelemetryNames.SpanAttributes.AttemptKind));
        Assert.NotEqual(invocation.TraceId, spans.Of(payment).Last(span => span.OperationName == TelemetryNames.Spans.Attempt).TraceId);
    }

    private static SendAttemptInput Third(DeliveryInput input)
    {
        var delivery = Delivery.Begin(input, Given.Start).Apply(Given.Result(AttemptKind.Unknown), Given.Start).TimerFired().Apply(Given.Result(AttemptKind.Unknown), Given.Start).TimerFired();
        return new() { Delivery = delivery with { DueAt = Given.Start.AddSeconds(-2.5) }, Body = input.Body };
    }

    private SendAttemptFunction Function(ILogger<SendAttemptFunction>? logger = null) => new(
        Senders.New(_client.Object, new OverloadPolicy(), _world.Metrics, Time),
        _world.Recorder,
        _world.Metrics,
        Time,
        logger ?? NullLogger<SendAttemptFunction>.Instance);
}
