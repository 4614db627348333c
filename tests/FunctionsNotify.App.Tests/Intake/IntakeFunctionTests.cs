using FunctionsNotify.App.Tests.Monitoring;
using System.Text;
using Azure.Storage.Queues.Models;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Intake;

public sealed class IntakeFunctionTests : IDisposable
{
    private readonly Mock<IClaimStore> _claims = new();
    private readonly Mock<IQuarantineStore> _quarantine = new();
    private readonly Mock<IOutcomePublisher> _outcomes = new();
    private readonly Mock<DurableTaskClient> _client = new(MockBehavior.Strict, "client");
    private readonly List<DeliveryInput> _started = [];
    private readonly List<QuarantineRecord> _kept = [];
    private readonly Measurements _measured = new();

    public IntakeFunctionTests()
    {
        _quarantine.Setup(store => store.AddAsync(It.IsAny<QuarantineRecord>(), It.IsAny<CancellationToken>()))
            .Callback((QuarantineRecord record, CancellationToken _) => _kept.Add(record))
            .Returns(Task.CompletedTask);
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(DeliverOrchestrator.Name, It.IsAny<DeliveryInput>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .Callback((TaskName _, object? input, StartOrchestrationOptions? _, CancellationToken _) => _started.Add((DeliveryInput)input!))
            .ReturnsAsync("np");
    }

    public void Dispose() => _measured.Dispose();

    [Fact]
    public async Task Run_ValidMessage_IsMeasuredAndItsDeliveryBelongsToItsIntakesTrace()
    {
        var payment = Guid.NewGuid().ToString("N");
        using var spans = new Spans();

        await RunAsync(Given.Body.Replace(Given.PaymentId, payment, StringComparison.Ordinal));

        Assert.Equal(["verdict=accepted: 1"], _measured.Of(TelemetryNames.Instruments.Messages));
        var input = Assert.Single(_started);
        Assert.Equal((Assert.Single(spans.Of(payment)).Id, Given.Start.AddSeconds(-1)), (input.TraceParent, input.EnqueuedAt));
    }

    [Fact]
    public async Task Run_ValidMessage_ClaimsAndStartsWithTheExactBytes()
    {
        await RunAsync(Given.Body);

        var input = Assert.Single(_started);
        Assert.Equal(Given.Body, Encoding.UTF8.GetString(input.Body.Span));
        Assert.Equal((Given.PaymentId, "np-" + Given.PaymentId, Given.Start), (input.PaymentId, input.DeliveryId, input.AcceptedAt));
        _claims.Verify(claims => claims.TryInsertAsync(It.Is<Claim>(claim => claim.FirstMessageId == "m-1" && claim.PaymentId == Given.PaymentId), It.IsAny<CancellationToken>()), Times.Once);
        Assert.Empty(_kept);
    }

    [Fact]
    public async Task Run_Base64OfAnEnvelope_StartsWithTheNotificationsBytes()
    {
        var envelope = $$"""{"functionsNotify":1,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","notification": {{Given.Body}} }""";

        await RunAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(envelope)));

        var input = Assert.Single(_started);
        Assert.Equal(Given.Body, Encoding.UTF8.GetString(input.Body.Span));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", input.TraceParent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("//79/A==")]
    [InlineData("\"\ud83d\ude00\"")]
    public async Task Run_BadMessage_IsQuarantinedAsItIsAndNeverThrows(string text)
    {
        await RunAsync(text);

        var record = Assert.Single(_kept);
        Assert.Equal((MessageState.Invalid, "m-1"), (record.State, record.MessageId));
        Assert.Equal(Encoding.UTF8.GetBytes(text), record.Content.ToArray());
        Assert.Empty(_started);
        _outcomes.Verify(outcomes => outcomes.PublishAsync(It.Is<Outcome>(outcome => outcome is MessageOutcome), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task Run_InsertionTimeInAnotherZone_IsTakenAsUtc()
    {
        await RunAsync("{}", insertedOn: new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.FromHours(8)));

        Assert.Equal((Given.Start, TimeSpan.Zero), (_kept[0].InsertedAt, _kept[0].InsertedAt.Offset));
    }

    [Fact]
    public async Task Run_WithoutInsertionTime_HasTheSameRecordEachTime()
    {
        await RunAsync("{}", insertedOn: null);
        await RunAsync("{}", insertedOn: null);

        Assert.Equal(_kept[0].QuarantineId, _kept[1].QuarantineId);
    }

    [Fact]
    public async Task Run_ClaimStoreFails_ThrowsSoThatTheMessageComesAgain()
    {
        _claims.Setup(claims => claims.TryInsertAsync(It.IsAny<Claim>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException());

        await Assert.ThrowsAsync<IOException>(() => RunAsync(Given.Body));
    }

    [Fact]
    public async Task Run_StartFails_ThrowsSoThatTheMessageComesAgain()
    {
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException());

        await Assert.ThrowsAsync<IOException>(() => RunAsync(Given.Body));
    }

    [Fact]
    public async Task Run_SameMessageAgain_StartsTheClaimsDeliveryAndMeetsIt()
    {
        Claim? claim = null;
        _claims.Setup(claims => claims.TryInsertAsync(It.IsAny<Claim>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((Claim candidate, CancellationToken _) =>
            {
                var standing = claim;
                claim ??= candidate;
                return standing;
            });
        await RunAsync(Given.Body);
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new OrchestrationAlreadyExistsException("exists"));
        _client.Setup(client => client.GetInstanceAsync("np-" + Given.PaymentId, false, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new OrchestrationMetadata(DeliverOrchestrator.Name, "np-" + Given.PaymentId) { RuntimeStatus = OrchestrationRuntimeStatus.Running });

        await RunAsync(Given.Body);

        Assert.Single(_started);
        _claims.Verify(claims => claims.CountDuplicateAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    private Task RunAsync(string text) => RunAsync(text, Given.Start.AddSeconds(-1));

    private Task RunAsync(string text, DateTimeOffset? insertedOn)
    {
        var time = new FakeTimeProvider(Given.Start);
        var quarantine = new MessageQuarantine(_quarantine.Object, _outcomes.Object, time, NullLogger<MessageQuarantine>.Instance);
        var intake = new IntakeFactory(new MessageCodec(), _claims.Object, quarantine, new DeliveryPolicy(), time, NullLogger<NotificationIntake>.Instance, new IntakeTelemetry(_measured.Meters));

        // Made as the worker makes it: QueueMessageJsonConverter calls the same factory with the message's text.
        var message = QueuesModelFactory.QueueMessage("m-1", "receipt", text, 1, Given.Start, insertedOn, DateTimeOffset.MaxValue);
        return new IntakeFunction(intake).RunAsync(message, _client.Object, CancellationToken.None);
    }
}
