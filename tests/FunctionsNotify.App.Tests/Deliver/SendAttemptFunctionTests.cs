using System.Diagnostics;
using System.Text;
using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Deliver;

public sealed class SendAttemptFunctionTests : IDisposable
{
    private readonly Mock<INotifyPushPaymentClient> _client = new(MockBehavior.Strict);
    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Measurements _measured = new();

    private static SendAttemptInput Input => new()
    {
        DeliveryId = "np-1",
        PaymentId = "1",
        AttemptNumber = 3,
        DueAt = Given.Start.AddSeconds(-2.5),
        Body = Encoding.UTF8.GetBytes(Given.Body),
        TraceParent = Given.Input().TraceParent,
    };

    [Fact]
    public async Task Run_ClientAnswers_PassesTheExactBodyOnAndGivesTheResult()
    {
        byte[]? sent = null;
        var result = Given.Result(AttemptKind.Unknown, "UNKNOWN_EXCEPTION");
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .Callback((ReadOnlyMemory<byte> body, CancellationToken _) => sent = body.ToArray())
            .ReturnsAsync(result);

        Assert.Equal(result, await Function().RunAsync(Input, CancellationToken.None));
        Assert.Equal(Given.Body, Encoding.UTF8.GetString(sent!));
    }

    [Fact]
    public async Task Run_ClientThrows_IsAnAttemptThatMayHaveBeenSent()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .Callback(() => _time.Advance(TimeSpan.FromSeconds(1)))
            .ThrowsAsync(new FormatException("a secret"));

        var result = await Function().RunAsync(Input, CancellationToken.None);

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

        Assert.Equal(AttemptKind.NoResult, (await Function().RunAsync(Input, CancellationToken.None)).Kind);
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

        await Function().RunAsync(Input with { DueAt = Given.Start.AddSeconds(dueAfterSeconds) }, CancellationToken.None);

        Assert.Equal([$"retry=true: {expected.ToString(System.Globalization.CultureInfo.InvariantCulture)}"], _measured.Of(TelemetryNames.Instruments.AttemptLateness));
    }

    [Fact]
    public async Task Run_AnyEnd_IsCountedByKindAndListedCodeAndTimed()
    {
        foreach (var result in new[] { Given.Result(AttemptKind.Acknowledged, "SUCCESS"), Given.Result(AttemptKind.Rejected, "a code of theirs"), Given.Result(AttemptKind.Postponed) })
        {
            _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(result);
            await Function().RunAsync(Input with { EnqueuedAt = Given.Start.AddSeconds(-4) }, CancellationToken.None);
        }

        Assert.Equal(["kind=Acknowledged,result_code=SUCCESS: 1", "kind=Rejected,result_code=OTHER: 1"], _measured.Of(TelemetryNames.Instruments.Attempts));
        Assert.Equal(["kind=Acknowledged: 0.02", "kind=Rejected: 0.02"], _measured.Of(TelemetryNames.Instruments.AttemptDuration));
        Assert.Equal(["reason=BreakerOpen: 1"], _measured.Of(TelemetryNames.Instruments.Postponements));
        Assert.Equal(["attempt=retry: 4"], _measured.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }

    [Fact]
    public async Task Run_InputOfAnOlderVersion_MeasuresNoAcknowledgementTime()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(Given.Result(AttemptKind.Acknowledged));

        await Function().RunAsync(Input, CancellationToken.None);

        Assert.Empty(_measured.Of(TelemetryNames.Instruments.AcknowledgementTime));
    }

    [Fact]
    public async Task Run_OfADeliverysTrace_IsAChildInItAndLinkedToTheInvocation()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(Given.Result(AttemptKind.Acknowledged));
        var payment = Guid.NewGuid().ToString();
        using var spans = new Spans();
        using var invocation = new Activity("invocation").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Function().RunAsync(Input with { PaymentId = payment }, CancellationToken.None);
        await Function().RunAsync(Input with { PaymentId = payment, TraceParent = "not a trace" }, CancellationToken.None);

        var first = spans.Of(payment)[0];
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (first.TraceId.ToHexString(), first.ParentSpanId.ToHexString()));
        Assert.Equal(invocation.SpanId, Assert.Single(first.Links).Context.SpanId);
        Assert.Equal("Acknowledged", first.GetTagItem(TelemetryNames.SpanAttributes.AttemptKind));
        Assert.NotEqual(invocation.TraceId, spans.Of(payment)[1].TraceId);
    }

    public void Dispose() => _measured.Dispose();

    private SendAttemptFunction Function(ILogger<SendAttemptFunction>? logger = null)
    {
        var metrics = new Metrics(_measured.Meters, _time);
        return new SendAttemptFunction(
            Senders.New(_client.Object, new OverloadPolicy(), metrics, _time),
            metrics,
            _time,
            logger ?? NullLogger<SendAttemptFunction>.Instance);
    }
}
