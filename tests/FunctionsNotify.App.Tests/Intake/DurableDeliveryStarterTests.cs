using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace FunctionsNotify.App.Tests.Intake;

public sealed class DurableDeliveryStarterTests
{
    private readonly Mock<DurableTaskClient> _client = new(MockBehavior.Strict, "client");

    [Fact]
    public async Task Start_NewDelivery_StartsOneThatNoStatusLetsReplace()
    {
        StartOrchestrationOptions? options = null;
        var input = Given.Input();
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(DeliverOrchestrator.Name, input, It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .Callback((TaskName _, object? _, StartOrchestrationOptions? given, CancellationToken _) => options = given)
            .ReturnsAsync(input.DeliveryId);

        Assert.Equal(StartResult.Started, await StartAsync(input));
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
    [InlineData(OrchestrationRuntimeStatus.Completed, StartResult.AlreadyInHand)]
    [InlineData(OrchestrationRuntimeStatus.Failed, StartResult.Broken)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, StartResult.Broken)]
    public async Task Start_ExistingInstance_IsJudgedByItsStatus(OrchestrationRuntimeStatus status, StartResult expected)
    {
        Existing(new OrchestrationMetadata(DeliverOrchestrator.Name, Given.Input().DeliveryId) { RuntimeStatus = status });

        Assert.Equal(expected, await StartAsync(Given.Input()));
    }

    [Fact]
    public async Task Start_InstancePurgedInBetween_ThrowsSoThatTheMessageComesAgain()
    {
        Existing(null);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(Given.Input()));

        Assert.Contains(Given.Input().DeliveryId, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AnyOtherFault_Throws()
    {
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("no host"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(Given.Input()));
    }

    private void Existing(OrchestrationMetadata? instance)
    {
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new OrchestrationAlreadyExistsException("exists"));
        _client.Setup(client => client.GetInstanceAsync(Given.Input().DeliveryId, false, It.IsAny<CancellationToken>())).ReturnsAsync(instance);
    }

    private Task<StartResult> StartAsync(DeliveryInput input) => new DurableDeliveryStarter(_client.Object).StartAsync(input, CancellationToken.None);
}
