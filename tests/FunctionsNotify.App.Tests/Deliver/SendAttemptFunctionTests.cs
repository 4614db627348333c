using System.Diagnostics;
using System.Text;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Deliver;

public sealed class SendAttemptFunctionTests : IDisposable
{
    private readonly Mock<INotifyPushPaymentClient> _client = new(MockBehavior.Strict);
    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Measured _measured = new();

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

        Assert.Equal((AppTelemetry.AttemptLateness, expected), Assert.Single(_measured.Recorded));
    }

    [Fact]
    public async Task Run_WithAProducersTrace_LinksToIt()
    {
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(Given.Result(AttemptKind.Acknowledged));
        var payment = Guid.NewGuid().ToString();
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AppTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // Other tests send at the same time.
                if (activity.GetTagItem("notify.payment_id") as string == payment)
                {
                    activities.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await Function().RunAsync(Input with { PaymentId = payment }, CancellationToken.None);
        await Function().RunAsync(Input with { PaymentId = payment, TraceParent = "not a trace" }, CancellationToken.None);

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Assert.Single(activities[0].Links).Context.TraceId.ToString());
        Assert.Empty(activities[1].Links);
        Assert.Equal("Acknowledged", activities[0].GetTagItem("notify.attempt.kind"));
    }

    public void Dispose() => _measured.Dispose();

    private SendAttemptFunction Function() => new(
        new GuardedSender(_client.Object, new OverloadPolicy(), _time, NullLogger<GuardedSender>.Instance),
        _measured.Telemetry,
        _time,
        NullLogger<SendAttemptFunction>.Instance);
}
