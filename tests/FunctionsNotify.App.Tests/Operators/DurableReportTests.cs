using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class DurableReportTests
{
    private static readonly Delivery Waiting = Delivery.Begin(Given.Input(), Given.Start).Apply(Given.Result(AttemptKind.Unknown, "CODE"), Given.Start);

    [Fact]
    public async Task Get_Running_ReadsTheStatus()
    {
        var report = await ReadAsync(OrchestrationRuntimeStatus.Running, status: BriefReport.Of(Waiting));

        Assert.Equal((DeliveryPhase.Waiting, 1, 2), (report!.Phase, report.AttemptCount, report.NextAttempt));
        Assert.Equal("CODE", report.Attempts[0].Result.ResultCode);
    }

    [Fact]
    public async Task Get_Completed_ReadsTheWholeReport()
    {
        var report = await ReadAsync(OrchestrationRuntimeStatus.Completed, output: DeliveryReport.Of(Given.Ended()), status: BriefReport.Of(Waiting));

        Assert.Equal((DeliveryState.Delivered, Given.Ended().Attempts[^1].Result.EndedAt), (report!.State, report.EndedAt));
    }

    [Fact]
    public async Task Get_Pending_IsNotStartedYet() => Assert.Null(await ReadAsync(OrchestrationRuntimeStatus.Pending));

    [Fact]
    public async Task Get_Missing_IsNull()
    {
        var client = new Mock<DurableTaskClient>("client");

        Assert.Null(await client.Object.ReportAsync("np-1", CancellationToken.None));
    }

    [Fact]
    public async Task Get_Suspended_SaysThatItSendsNothing()
    {
        var report = await ReadAsync(OrchestrationRuntimeStatus.Suspended, status: BriefReport.Of(Waiting));

        Assert.Contains("resume", report!.OperatorAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task Get_FailedOrTerminated_IsOpenAndSaysWhatToDo(OrchestrationRuntimeStatus status)
    {
        var report = await ReadAsync(status, status: BriefReport.Of(Waiting), failure: new TaskFailureDetails("System.IO.IOException", new string('x', 1000), null, null, null));

        Assert.Equal(DeliveryState.Open, report!.State);
        Assert.Null(report.NextAttempt);
        Assert.Null(report.NextDueAt);
        Assert.Single(report.Attempts);
        Assert.Contains($"{status} (System.IO.IOException: xxx", report.OperatorAction, StringComparison.Ordinal);
        Assert.Contains("repair", report.OperatorAction, StringComparison.Ordinal);
        Assert.InRange(report.OperatorAction!.Length, 1, 500);
    }

    [Fact]
    public async Task Get_FailedBeforeItsFirstStatus_IsKnownByItsInput()
    {
        var report = await ReadAsync(OrchestrationRuntimeStatus.Failed);

        Assert.Equal((Given.PaymentId, 0), (report!.PaymentId, report.AttemptCount));
        Assert.Contains("repair", report.OperatorAction, StringComparison.Ordinal);
    }

    private static Task<DeliveryReport?> ReadAsync(
        OrchestrationRuntimeStatus runtimeStatus, DeliveryReport? output = null, DeliveryReport? status = null, TaskFailureDetails? failure = null)
    {
        var client = new Mock<DurableTaskClient>("client");
        client.Setup(mock => mock.GetInstanceAsync("np-1", true, It.IsAny<CancellationToken>())).ReturnsAsync(new OrchestrationMetadata(DeliverOrchestrator.Name, "np-1")
        {
            RuntimeStatus = runtimeStatus,
            CreatedAt = Given.Start,
            DataConverter = WorkerJson.Converter,
            SerializedInput = WorkerJson.Write(Given.Input()),
            SerializedOutput = WorkerJson.Write(output),
            SerializedCustomStatus = WorkerJson.Write(status),
            FailureDetails = failure,
        });
        return client.Object.ReportAsync("np-1", CancellationToken.None);
    }
}
