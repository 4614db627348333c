using System.Text.Json;
using Microsoft.DurableTask.Client;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class DurableCommandSenderTests
{
    private static readonly DeliveryCommand Command = new() { Id = "c-1", Kind = CommandKind.SendNow, ExpectedAttempt = 2, Actor = "grüß", Reason = "why" };

    private readonly Mock<DurableTaskClient> _client = new(MockBehavior.Strict, "client");

    [Fact]
    public async Task Send_Running_RaisesTheEventThatTheDeliveryReads()
    {
        object? payload = null;
        _client.Setup(client => client.RaiseEventAsync("np-1", DeliveryCommand.EventName, It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Callback((string _, string _, object? given, CancellationToken _) => payload = given)
            .Returns(Task.CompletedTask);

        await SendAsync();

        Assert.Equal(Command, DeliveryCommand.Read(WorkerJson.Read<JsonElement?>(WorkerJson.Write(payload)), "fallback"));
    }

    [Fact]
    public async Task Send_EndedMeanwhile_IsTooLateAndNoFault()
    {
        Refusing(OrchestrationRuntimeStatus.Completed);

        await SendAsync();
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [InlineData(null)]
    public async Task Send_NothingWouldReadIt_ThrowsAndSaysWhy(OrchestrationRuntimeStatus? status)
    {
        Refusing(status);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(SendAsync);

        Assert.Contains(status?.ToString() ?? "gone", fault.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(fault.InnerException);
    }

    [Fact]
    public async Task Send_FaultWhileRunning_IsThatFault()
    {
        Refusing(OrchestrationRuntimeStatus.Running);

        await Assert.ThrowsAsync<IOException>(SendAsync);
    }

    private void Refusing(OrchestrationRuntimeStatus? status)
    {
        _client.Setup(client => client.RaiseEventAsync("np-1", DeliveryCommand.EventName, It.IsAny<object?>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException());
        _client.Setup(client => client.GetInstanceAsync("np-1", false, It.IsAny<CancellationToken>()))
            .ReturnsAsync(status is { } known ? new OrchestrationMetadata(DeliverOrchestrator.Name, "np-1") { RuntimeStatus = known } : null);
    }

    private Task SendAsync() => new DurableCommandSender(_client.Object).SendAsync("np-1", Command, CancellationToken.None);
}
