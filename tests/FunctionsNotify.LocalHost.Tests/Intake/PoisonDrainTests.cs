using System.Text;
using Azure.Storage.Blobs;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Storage;
using FunctionsNotify.Telemetry;
using FunctionsNotify.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;

namespace FunctionsNotify.LocalHost.Tests;

// Three rounds of a second before a message is poison, and a look into the poison queue every second.
[Collection(SharedAzurite.Name)]
public sealed class PoisonDrainTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly AzuriteFixture _azurite;
    private readonly LocalHostUnderTest _host;
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().AddSingleton<MaintenanceTelemetry>().BuildServiceProvider();

    public PoisonDrainTests(AzuriteFixture azurite)
    {
        _azurite = azurite;
        _host = new LocalHostUnderTest(azurite.ConnectionString);
        _host.Settings["PoisonDrain:Interval"] = "00:00:01";
        _host.Settings["PoisonDrain:LongestPause"] = "00:00:01";
        _host.Settings["PoisonDrain:MaxTries"] = "3";
    }

    public void Dispose()
    {
        _host.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task QuarantineStoreIsDownForMoreRoundsThanMaxDequeueCount_ThenUp_EveryMessageArrives()
    {
        var blobs = new BlobServiceClient(_azurite.ConnectionString);
        await using var gate = new TcpGate(blobs.Uri.Port);
        _host.Settings["AzureWebJobsStorage"] = _azurite.ConnectionString.Replace($":{blobs.Uri.Port}/", $":{gate.Port}/", StringComparison.Ordinal);
        await using var app = await _host.StartAsync();
        await _host.EnqueueAsync(Payments.Body("one"));
        Assert.Equal("Delivered", Assert.Single(await _host.TakeOutcomesAsync(1)).GetProperty("state").GetString());

        gate.Shut();
        string[] messages = ["no json at all", Payments.Body("one", "MERCHANT_KYB_NOT_QUALIFIED")];
        foreach (var message in messages)
        {
            await _host.EnqueueAsync(message);
        }

        // Given up by the queue, and tried by the drain more often than it would give up by itself.
        await Eventually.BecomesTrueAsync(
            async () => await _host.Poison.ExistsAsync() && (await _host.Poison.PeekMessagesAsync(32)).Value.Any(message => message.DequeueCount > 3),
            Patience,
            "a poison message that was tried more than three times");
        await Eventually.BecomesTrueAsync(async () => await CountAsync(_host.Poison) == 2, Patience, "both messages in the poison queue");
        Assert.Equal(0, await CountAsync(_host.Outcomes));

        gate.Open();
        var outcomes = await _host.TakeOutcomesAsync(2);

        Assert.Equal(["Conflict", "Invalid"], outcomes.Select(outcome => outcome.GetProperty("state").GetString()).Order());
        var page = await new BlobQuarantineStore(blobs.GetBlobContainerClient(_host.Settings["Storage:QuarantineContainer"])).ListAsync(new QuarantineFilter(), 10, null, default);
        Assert.Equal(messages.Order(), page.Records.Select(record => Encoding.UTF8.GetString(record.Content.Span)).Order());
        Assert.Equal(
            outcomes.Select(outcome => outcome.GetProperty("quarantineId").GetString()).Order(),
            page.Records.Select(record => record.QuarantineId).Order());
        Assert.All(page.Records, record => Assert.True(record.FromPoisonQueue));
        Assert.All(page.Records, record => Assert.DoesNotContain(record.Reasons, reason => reason.Rule == PoisonDrain.TriedTooOftenRule));
        await Eventually.BecomesTrueAsync(async () => await CountAsync(_host.Poison) == 0, Patience, "the empty poison queue");
    }

    [Fact]
    public async Task StateIsLockedForMoreRoundsThanMaxDequeueCount_ThenFree_PaymentIsDeliveredOnce()
    {
        await using var app = await _host.StartAsync();
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(_host.Data, "state.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();

            await _host.EnqueueAsync(Payments.Body("locked"));
            await Eventually.BecomesTrueAsync(
                async () => await _host.Poison.ExistsAsync() && await CountAsync(_host.Poison) == 1 && await CountAsync(_host.Notifications) == 0,
                Patience,
                "the message in the poison queue");
            Assert.Empty(app.Simulator!.Received.List("locked"));
        }

        Assert.Equal("Delivered", Assert.Single(await _host.TakeOutcomesAsync(1)).GetProperty("state").GetString());
        await Eventually.BecomesTrueAsync(async () => await CountAsync(_host.Poison) == 0, Patience, "the empty poison queue");
        Assert.Single(app.Simulator!.Received.List("locked"));
        Assert.Equal(0, await CountAsync(_host.Outcomes));
    }

    [Fact]
    public async Task ClaimStoreThrowsForMoreRoundsThanMaxDequeueCount_ThenWorks_DeliveryIsStartedOnce()
    {
        var isDown = true;
        var claims = new Mock<IClaimStore>();
        claims.Setup(store => store.TryInsertAsync(It.IsAny<Claim>(), It.IsAny<CancellationToken>()))
            .Returns(() => Volatile.Read(ref isDown) ? Task.FromException<Claim?>(new IOException("the table is away")) : Task.FromResult<Claim?>(null));
        var started = new List<DeliveryInput>();
        var starter = new Mock<IDeliveryStarter>();
        starter.Setup(each => each.StartAsync(It.IsAny<DeliveryInput>(), It.IsAny<CancellationToken>()))
            .Callback((DeliveryInput input, CancellationToken _) => started.Add(input))
            .ReturnsAsync(StartResult.Started);
        await _host.EnqueueAsync(Payments.Body("valid"));

        await using var running = Parts(claims.Object, starter.Object, new PoisonDrainOptions { Interval = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(1) });
        await Eventually.BecomesTrueAsync(
            async () => await _host.Poison.ExistsAsync() && (await _host.Poison.PeekMessagesAsync()).Value is [{ DequeueCount: > 2 }],
            Patience,
            "the message tried again from the poison queue");
        Volatile.Write(ref isDown, false);
        await Eventually.BecomesTrueAsync(async () => await CountAsync(_host.Poison) == 0, Patience, "the empty poison queue");

        Assert.Equal(Payments.Body("valid"), Encoding.UTF8.GetString(Assert.Single(started).Body.Span));
    }

    private static async Task<int> CountAsync(Azure.Storage.Queues.QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;

    private IntakeParts Parts(IClaimStore claims, IDeliveryStarter starter, PoisonDrainOptions options)
    {
        var quarantine = new MessageQuarantine(Mock.Of<IQuarantineStore>(MockBehavior.Strict), Mock.Of<IOutcomePublisher>(MockBehavior.Strict), TimeProvider.System, NullLogger<MessageQuarantine>.Instance);
        var codec = new MessageCodec();
        var intake = new NotificationIntake(codec, claims, starter, quarantine, new DeliveryPolicy(), TimeProvider.System, NullLogger<NotificationIntake>.Instance);
        var queue = new QueueIntake(
            new NotificationQueues(_host.Notifications, _host.Outcomes),
            new Azure.Storage.Queues.QueueServiceClient(_azurite.ConnectionString),
            intake,
            new NeverBusy(),
            new QueueSettings { MaxDequeueCount = 3, VisibilityTimeout = TimeSpan.FromSeconds(1) },
            new LocalHostOptions { Data = _host.Data, HostJson = string.Empty, Receivers = 2 },
            TimeProvider.System,
            NullLogger<QueueIntake>.Instance);
        var drain = new PoisonDrain(new PoisonMessages(_host.Poison), codec, quarantine, Options.Create(options), TimeProvider.System, NullLogger<PoisonDrain>.Instance);
        var loop = new PoisonLoop(drain, intake, Options.Create(options), _meters.GetRequiredService<MaintenanceTelemetry>(), TimeProvider.System, NullLogger<PoisonLoop>.Instance);
        queue.Start();
        loop.Start();
        return new IntakeParts(queue, loop);
    }

    private sealed class NeverBusy : IBackpressure
    {
        public bool IsBusy => false;
    }

    private sealed record IntakeParts(QueueIntake Queue, PoisonLoop Loop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Loop.DisposeAsync();
            await Queue.DisposeAsync();
        }
    }
}
