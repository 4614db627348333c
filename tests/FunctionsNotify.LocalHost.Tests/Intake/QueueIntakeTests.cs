using FunctionsNotify.Deliveries;
using FunctionsNotify.Storage;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace FunctionsNotify.LocalHost.Tests;

[Collection(SharedAzurite.Name)]
public sealed class QueueIntakeTests(AzuriteFixture azurite) : IDisposable
{
    private readonly LocalHostUnderTest _host = new(azurite.ConnectionString);
    private readonly Mock<IClaimStore> _claims = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Handle_ClaimsCannotBeWritten_MessageIsMovedToPoisonAfterItsRounds()
    {
        _claims.Setup(claims => claims.TryInsertAsync(It.IsAny<Claim>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("the disk is away"));
        var body = Payments.Body("poison");
        await _host.EnqueueAsync(body);

        await using (Start(new QueueSettings { BatchSize = 16, MaxDequeueCount = 3, VisibilityTimeout = TimeSpan.FromSeconds(1) }))
        {
            await Eventually.BecomesTrueAsync(async () => await _host.Poison.ExistsAsync() && (await _host.Poison.PeekMessagesAsync()).Value.Length == 1, TimeSpan.FromSeconds(60), "the message in the poison queue");
        }

        var poisoned = (await _host.Poison.ReceiveMessageAsync()).Value;
        Assert.Equal(body, poisoned.Body.ToString());
        Assert.Equal(9999, poisoned.ExpiresOn!.Value.Year);
        _claims.Verify(claims => claims.TryInsertAsync(It.IsAny<Claim>(), It.IsAny<CancellationToken>()), Times.Exactly(3));
        Assert.Equal(0, (await _host.Notifications.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Handle_ClaimsComeBack_MessageIsTakenInAndDeleted()
    {
        var known = Payments.Claim("back", DateTimeOffset.UtcNow) with { State = DeliveryState.Delivered };
        _claims.SetupSequence(claims => claims.TryInsertAsync(It.IsAny<Claim>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("the disk is away"))
            .ReturnsAsync(known);
        await _host.EnqueueAsync(Payments.Body("back"));

        await using (Start(new QueueSettings { MaxDequeueCount = 3, VisibilityTimeout = TimeSpan.FromSeconds(1) }))
        {
            await Eventually.BecomesTrueAsync(async () => (await _host.Notifications.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0, TimeSpan.FromSeconds(60), "the empty queue");
        }

        Assert.False(await _host.Poison.ExistsAsync());
        _claims.Verify(claims => claims.CountDuplicateAsync("back", It.IsAny<CancellationToken>()), Times.Once);
    }

    private QueueIntake Start(QueueSettings settings)
    {
        var starter = new Mock<IDeliveryStarter>();
        var quarantine = new MessageQuarantine(Mock.Of<IQuarantineStore>(), Mock.Of<IOutcomePublisher>(), TimeProvider.System, NullLogger<MessageQuarantine>.Instance);
        var intake = new NotificationIntake(new MessageCodec(), _claims.Object, starter.Object, quarantine, new DeliveryPolicy(), TimeProvider.System, NullLogger<NotificationIntake>.Instance);
        var started = new QueueIntake(
            new NotificationQueues(_host.Notifications, _host.Outcomes),
            new Azure.Storage.Queues.QueueServiceClient(azurite.ConnectionString),
            intake,
            new NeverBusy(),
            settings,
            new LocalHostOptions { Data = _host.Data, HostJson = string.Empty, Receivers = 2 },
            TimeProvider.System,
            NullLogger<QueueIntake>.Instance);
        started.Start();
        return started;
    }

    private sealed class NeverBusy : IBackpressure
    {
        public bool IsBusy => false;
    }
}
