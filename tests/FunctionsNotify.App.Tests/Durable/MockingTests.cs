using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Moq.Protected;

namespace FunctionsNotify.App.Tests.Durable;

// Proves that Moq can stand in for the platform in both build modes, through the overloads that the app's code binds to.
public sealed class MockingTests
{
    [Fact]
    public async Task OrchestrationContext_Mocked_PlaysActivitiesTimersEventsAndStatus()
    {
        var now = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var context = new Mock<TaskOrchestrationContext>(MockBehavior.Strict);
        context.Setup(c => c.InstanceId).Returns("np-1");
        context.Setup(c => c.CurrentUtcDateTime).Returns(now);
        context.Setup(c => c.GetInput<string>()).Returns("input");
        context.Setup(c => c.CallActivityAsync<int>("Send", "input", null)).ReturnsAsync(42);
        context.Setup(c => c.CreateTimer(now.AddSeconds(1), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        context.Setup(c => c.WaitForExternalEvent<string>("command", CancellationToken.None)).ReturnsAsync("cancel");
        context.Setup(c => c.SetCustomStatus("waiting"));

        var orchestration = context.Object;
        Assert.Equal("np-1", orchestration.InstanceId);
        Assert.Equal(42, await orchestration.CallActivityAsync<int>("send", orchestration.GetInput<string>()));
        await orchestration.CreateTimer(orchestration.CurrentUtcDateTime.AddSeconds(1), CancellationToken.None);
        Assert.Equal("cancel", await orchestration.WaitForExternalEvent<string>("command"));
        orchestration.SetCustomStatus("waiting");

        context.VerifyAll();
    }

    [Fact]
    public async Task OrchestrationContext_MockedWithItsBase_PassesShortOverloadsOn()
    {
        var now = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var context = new Mock<TaskOrchestrationContext> { CallBase = true };
        context.Setup(c => c.CurrentUtcDateTime).Returns(now);
        context.Setup(c => c.CreateTimer(now.AddSeconds(30), CancellationToken.None)).Returns(Task.CompletedTask);
        context.Setup(c => c.CallActivityAsync<object>("Record", 1, null)).ReturnsAsync(new object());

        await context.Object.CreateTimer(TimeSpan.FromSeconds(30), CancellationToken.None);
        await context.Object.CallActivityAsync("Record", 1);

        context.Verify(c => c.CreateTimer(now.AddSeconds(30), CancellationToken.None), Times.Once);
        context.Verify(c => c.CallActivityAsync<object>("Record", 1, null), Times.Once);
    }

    [Fact]
    public void OrchestrationContext_Mocked_GivesTheLoggerThatWasSetUp()
    {
        var context = new Mock<TaskOrchestrationContext>();
        context.Protected().Setup<ILoggerFactory>("LoggerFactory").Returns(NullLoggerFactory.Instance);
        context.Setup(c => c.CreateReplaySafeLogger("delivery")).Returns(NullLogger.Instance);

        Assert.Same(NullLogger.Instance, context.Object.CreateReplaySafeLogger("delivery"));
    }

    [Fact]
    public async Task DurableClient_Mocked_StartsQueriesAndRaises()
    {
        var client = new Mock<DurableTaskClient>(MockBehavior.Strict, "client");
        var options = new StartOrchestrationOptions("np-1").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        client.SetupSequence(c => c.ScheduleNewOrchestrationInstanceAsync("Deliver", "body", options, It.IsAny<CancellationToken>()))
            .ReturnsAsync("np-1")
            .ThrowsAsync(new OrchestrationAlreadyExistsException("np-1 exists"));
        client.Setup(c => c.GetInstanceAsync("np-1", true, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new OrchestrationMetadata("Deliver", "np-1") { RuntimeStatus = OrchestrationRuntimeStatus.Running });
        client.Setup(c => c.RaiseEventAsync("np-1", "command", "now", It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        client.Setup(c => c.PurgeInstanceAsync("np-1", null, It.IsAny<CancellationToken>())).ReturnsAsync(new PurgeResult(1));
        client.Setup(c => c.GetAllInstancesAsync(It.IsAny<OrchestrationQuery>()))
            .Returns(Pageable.Create((_, _) => Task.FromResult(new Page<OrchestrationMetadata>([new("Deliver", "np-1")]))));

        Assert.Equal("np-1", await client.Object.ScheduleNewOrchestrationInstanceAsync("Deliver", "body", options));
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => client.Object.ScheduleNewOrchestrationInstanceAsync("Deliver", "body", options));
        Assert.True((await client.Object.GetInstanceAsync("np-1", getInputsAndOutputs: true))?.IsRunning);
        await client.Object.RaiseEventAsync("np-1", "command", "now");
        Assert.Equal(1, (await client.Object.PurgeInstanceAsync("np-1", null)).PurgedInstanceCount);
        await foreach (var instance in client.Object.GetAllInstancesAsync(new OrchestrationQuery()))
        {
            Assert.Equal("np-1", instance.InstanceId);
        }

        client.VerifyAll();
    }

    [Fact]
    public void AlreadyExists_AsException_IsAnInvalidOperation()
    {
        var cause = new TimeoutException();
        var exception = new OrchestrationAlreadyExistsException("np-1", cause);

        Assert.IsAssignableFrom<InvalidOperationException>(exception);
        Assert.Equal("np-1", exception.Message);
        Assert.Same(cause, exception.InnerException);
    }
}
