using DurableTask.Core.Exceptions;
using FunctionsNotify.App.Tests.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace FunctionsNotify.App.Tests.Intake;

[Collection(SharedAzurite.Name)]
public sealed class DurableTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    private readonly Mock<DurableTaskClient> _client = new(MockBehavior.Strict, "client");

    [Fact]
    public async Task StartDelivery_New_StartsOneThatNoStatusLetsReplace()
    {
        StartOrchestrationOptions? options = null;
        var input = Given.Input();
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(DeliverOrchestrator.Name, input, It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .Callback((TaskName _, object? _, StartOrchestrationOptions? given, CancellationToken _) => options = given)
            .ReturnsAsync(input.DeliveryId);

        Assert.Equal(StartResult.Started, await _client.Object.StartDeliveryAsync(_world.Claims, input, default));
        Assert.Equal(input.DeliveryId, options!.InstanceId);
        Assert.Equal(DeliverOrchestrator.Version, options.Version!.Value.Version);
        Assert.Null(options.StartAt);
        Assert.Equal(
            ["Completed", "Failed", "Pending", "Running", "Suspended", "Terminated"],
            options.DedupeStatuses!.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, StartResult.AlreadyInHand)]
    [InlineData(OrchestrationRuntimeStatus.Running, StartResult.AlreadyInHand)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, StartResult.AlreadyInHand)]
    [InlineData(OrchestrationRuntimeStatus.Failed, StartResult.Broken)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, StartResult.Broken)]
    public async Task StartDelivery_ExistingInstance_IsJudgedByItsStatus(OrchestrationRuntimeStatus status, StartResult expected)
    {
        Existing(new OrchestrationMetadata(DeliverOrchestrator.Name, Given.Input().DeliveryId) { RuntimeStatus = status });

        Assert.Equal(expected, await _client.Object.StartDeliveryAsync(_world.Claims, Given.Input(), default));
    }

    // Its end was merged, or the claim is of another delivery by now, or nothing ever made it final.
    [Theory]
    [InlineData(1, DeliveryState.Delivered, StartResult.AlreadyInHand)]
    [InlineData(2, DeliveryState.Open, StartResult.AlreadyInHand)]
    [InlineData(1, DeliveryState.Open, StartResult.Broken)]
    public async Task StartDelivery_CompletedInstance_IsJudgedByTheClaimAsItStandsNow(int generation, DeliveryState state, StartResult expected)
    {
        var input = Given.Input();
        Existing(new OrchestrationMetadata(DeliverOrchestrator.Name, input.DeliveryId) { RuntimeStatus = OrchestrationRuntimeStatus.Completed });
        await _world.ClaimAsync(input.PaymentId, generation, state);

        Assert.Equal(expected, await _client.Object.StartDeliveryAsync(_world.Claims, input, default));
    }

    [Fact]
    public async Task StartDelivery_InstancePurgedInBetween_ThrowsSoThatTheMessageComesAgain()
    {
        Existing(null);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => _client.Object.StartDeliveryAsync(_world.Claims, Given.Input(), default));

        Assert.Contains(Given.Input().DeliveryId, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed, null)]
    [InlineData(OrchestrationRuntimeStatus.Failed, typeof(InvalidOperationException))]
    [InlineData(OrchestrationRuntimeStatus.Terminated, typeof(InvalidOperationException))]
    [InlineData(null, typeof(InvalidOperationException))]
    [InlineData(OrchestrationRuntimeStatus.Running, typeof(InfrastructureException))]
    public async Task SendCommand_HostRefuses_IsJudgedByTheInstance(OrchestrationRuntimeStatus? status, Type? expected)
    {
        _client.Setup(client => client.RaiseEventAsync("np-1", DeliveryCommand.EventName, It.IsAny<object?>(), It.IsAny<CancellationToken>())).ThrowsAsync(new InfrastructureException());
        _client.Setup(client => client.GetInstanceAsync("np-1", false, It.IsAny<CancellationToken>()))
            .ReturnsAsync(status is { } known ? new OrchestrationMetadata(DeliverOrchestrator.Name, "np-1") { RuntimeStatus = known } : null);

        var fault = await Record.ExceptionAsync(() => _client.Object.SendCommandAsync("np-1", new DeliveryCommand { Id = "c", Kind = CommandKind.Cancel }, default));

        Assert.Equal(expected, fault?.GetType());
    }

    private void Existing(OrchestrationMetadata? instance)
    {
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new OrchestrationAlreadyExistsException("exists"));
        _client.Setup(client => client.GetInstanceAsync(Given.Input().DeliveryId, false, It.IsAny<CancellationToken>())).ReturnsAsync(instance);
    }
}
