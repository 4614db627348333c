using FunctionsNotify.App.Tests.Monitoring;
using System.Reflection;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Maintenance;

public sealed class DrainPoisonFunctionTests : IDisposable
{
    private readonly Mock<IClaimStore> _claims = new();
    private readonly Mock<IQuarantineStore> _quarantine = new();
    private readonly Mock<IOutcomePublisher> _outcomes = new();
    private readonly Mock<IPoisonMessages> _poison = new();
    private readonly Mock<DurableTaskClient> _client = new(MockBehavior.Strict, "client");
    private readonly List<DeliveryInput> _started = [];
    private readonly Measurements _measured = new();

    public DrainPoisonFunctionTests() => _client
        .Setup(client => client.ScheduleNewOrchestrationInstanceAsync(DeliverOrchestrator.Name, It.IsAny<DeliveryInput>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
        .Callback((TaskName _, object? input, StartOrchestrationOptions? _, CancellationToken _) => _started.Add((DeliveryInput)input!))
        .ReturnsAsync("np");

    public void Dispose() => _measured.Dispose();

    [Fact]
    public void Trigger_IsATimerOfEveryMinuteThatIsNotRunAtStart()
    {
        var method = typeof(DrainPoisonFunction).GetMethod(nameof(DrainPoisonFunction.RunAsync))!;
        var trigger = Assert.Single(method.GetParameters().Select(parameter => parameter.GetCustomAttribute<TimerTriggerAttribute>()).OfType<TimerTriggerAttribute>());

        Assert.Equal("DrainPoison", method.GetCustomAttribute<FunctionAttribute>()!.Name);
        Assert.Equal(("0 * * * * *", false), (trigger.Schedule, trigger.RunOnStartup));
        Assert.Single(method.GetParameters(), parameter => parameter.GetCustomAttribute<DurableClientAttribute>() is not null);
    }

    [Fact]
    public async Task Run_ValidMessage_StartsItsOrchestrationAndDeletesTheMessage()
    {
        var message = Poisoned(Given.Body);

        await RunAsync();

        Assert.Equal(Given.Body, Encoding.UTF8.GetString(Assert.Single(_started).Body.Span));
        Assert.Equal(["verdict=accepted: 1"], _measured.Of(TelemetryNames.Instruments.Messages));
        Assert.Equal(["run=drain-poison,result=complete: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
        _poison.Verify(poison => poison.DeleteAsync(message, It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task Run_BadMessage_IsQuarantinedAsACopyOfThePoisonQueue()
    {
        var message = Poisoned("not json");

        await RunAsync();

        _quarantine.Verify(store => store.AddAsync(It.Is<QuarantineRecord>(record => record.FromPoisonQueue && record.State == MessageState.Invalid), It.IsAny<CancellationToken>()), Times.Once);
        _outcomes.Verify(outcomes => outcomes.PublishAsync(It.IsAny<MessageOutcome>(), It.IsAny<CancellationToken>()), Times.Once);
        _poison.Verify(poison => poison.DeleteAsync(message, It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task Run_ClaimStoreFails_MessageIsPutBackAndTheFunctionDoesNotThrow()
    {
        var message = Poisoned(Given.Body);
        _claims.Setup(claims => claims.TryInsertAsync(It.IsAny<Claim>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException());

        await RunAsync();

        _poison.Verify(poison => poison.PutBackAsync(message, TimeSpan.FromSeconds(30), It.IsAny<CancellationToken>()), Times.Once);
        _poison.Verify(poison => poison.DeleteAsync(It.IsAny<PoisonMessage>(), It.IsAny<CancellationToken>()), Times.Never);
        _quarantine.VerifyNoOtherCalls();
        Assert.Equal(["run=drain-poison,result=partial: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
    }

    [Fact]
    public async Task Run_PoisonQueueCannotBeRead_ThrowsSoThatTheHostLogsIt()
    {
        _poison.Setup(poison => poison.ReceiveAsync(It.IsAny<int>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException());

        await Assert.ThrowsAsync<IOException>(RunAsync);
        Assert.Equal(["run=drain-poison,result=failed: 1"], _measured.Of(TelemetryNames.Instruments.MaintenanceRuns));
    }

    private PoisonMessage Poisoned(string text)
    {
        var message = new PoisonMessage(new QueueMessageData("m-1", Given.Start, 1, Encoding.UTF8.GetBytes(text)) { FromPoisonQueue = true }, "receipt", Expires: false);
        _poison.SetupSequence(poison => poison.ReceiveAsync(It.IsAny<int>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([message])
            .ReturnsAsync([]);
        return message;
    }

    private Task RunAsync()
    {
        var time = new FakeTimeProvider(Given.Start);
        var quarantine = new MessageQuarantine(_quarantine.Object, _outcomes.Object, time, NullLogger<MessageQuarantine>.Instance);
        var intake = new IntakeFactory(new MessageCodec(), _claims.Object, quarantine, new DeliveryPolicy(), time, NullLogger<NotificationIntake>.Instance, new IntakeTelemetry(_measured.Meters));
        var drain = new PoisonDrain(_poison.Object, new MessageCodec(), quarantine, Options.Create(new PoisonDrainOptions()), time, NullLogger<PoisonDrain>.Instance);
        return new DrainPoisonFunction(drain, intake, new MaintenanceTelemetry(_measured.Meters)).RunAsync(new TimerInfo(), _client.Object, CancellationToken.None);
    }
}
