using FunctionsNotify.App.Tests.Replay;
using Microsoft.DurableTask;
using Moq;

namespace FunctionsNotify.App.Tests.Deliver;

public sealed class DeliverOrchestratorTests
{
    [Fact]
    public void Run_Acknowledged_SendsOnceAndRecordsTheOutcome()
    {
        var run = DeliverRun.Of(AttemptKind.Acknowledged);

        Assert.Equal([SendAttemptFunction.Name, RecordOutcomeFunction.Name], run.Actions);
        var send = Assert.Single(run.Sends).Input;
        Assert.Equal((1, Given.Start), (send.Delivery.NextAttempt, send.Delivery.DueAt));
        Assert.Equal(Given.Body, System.Text.Encoding.UTF8.GetString(send.Body.Span));
        Assert.Equal((Given.Input().TraceParent, Given.Input().TraceState), (send.Delivery.TraceParent, send.Delivery.TraceState));
        Assert.Equal(DeliveryState.Delivered, run.Output.State);
        Assert.Equal(DeliveryState.Delivered, Assert.Single(run.Outcomes).Delivery.State);
        Assert.Equal(Given.Input().TraceParent, Assert.Single(run.Outcomes).Delivery.TraceParent);
    }

    [Fact]
    public void Run_UnknownTwice_WaitsByTheScheduleAndSendsTheSameBytes()
    {
        var run = DeliverRun.Of(AttemptKind.Unknown, AttemptKind.NoResult, AttemptKind.Acknowledged);

        Assert.Equal(
            [SendAttemptFunction.Name, "timer", SendAttemptFunction.Name, "timer", SendAttemptFunction.Name, RecordOutcomeFunction.Name],
            run.Actions);
        Assert.Equal([1, 2, 3], run.Sends.Select(send => send.Input.Delivery.NextAttempt));
        Assert.Equal([1.0, 2.0], run.Sends.Skip(1).Zip(run.Sends, (next, last) => (next.At - last.EndedAt).TotalSeconds));
        Assert.Equal(run.Timers.Select(timer => timer.FireAt), run.Sends.Skip(1).Select(send => send.Input.Delivery.DueAt.UtcDateTime));
        Assert.Single(run.Sends.Select(send => Convert.ToHexString(send.Input.Body.Span)).Distinct());
        Assert.Equal(DeliveryState.Delivered, run.Output.State);
        Assert.Equal(3, run.Output.Attempts.Length);
    }

    [Fact]
    public void Run_NeverAcknowledged_UsesTheWholeScheduleAndIsExhausted()
    {
        var run = DeliverRun.Of(AttemptKind.NoResult);

        Assert.Equal(16, run.Sends.Count);
        var waits = run.Sends.Skip(1).Zip(run.Sends, (next, last) => next.At - last.EndedAt).ToList();
        Assert.All(waits.Zip(new DeliveryPolicy().RetryDelays), pair => Assert.InRange(pair.First, pair.Second, pair.Second * 1.1));
        Assert.Equal(DeliveryState.Exhausted, run.Output.State);
        Assert.Equal(16, Assert.Single(run.Outcomes).Delivery.Attempts.Count);
    }

    [Fact]
    public void Run_RejectedForBusiness_EndsAtOnce()
    {
        var run = DeliverRun.Of(AttemptKind.Rejected);

        Assert.Single(run.Sends);
        Assert.Equal((DeliveryState.Rejected, DeliveryCause.Business), (run.Output.State, run.Output.Cause));
    }

    [Fact]
    public void Run_Postponed_WaitsWithoutUsingARetry()
    {
        var run = DeliverRun.Of(AttemptKind.Postponed, AttemptKind.Acknowledged);

        Assert.Equal([1, 1], run.Sends.Select(send => send.Input.Delivery.NextAttempt));
        Assert.Equal(1, run.Output.Postponements);
        Assert.Single(run.Output.Attempts);
    }

    [Fact]
    public void Run_TimersFireEarly_SendsWithoutArmingThemAgain()
    {
        var run = DeliverRun.Of(
            Given.Input(), DeliverRun.Results(AttemptKind.Unknown, AttemptKind.Unknown, AttemptKind.Unknown, AttemptKind.Acknowledged), timersEarlyBy: TimeSpan.FromMilliseconds(950));

        Assert.Equal(3, run.Timers.Count);
        Assert.All(run.Timers, timer => Assert.True(timer.Fired));
        Assert.Equal(4, run.Sends.Count);
        Assert.All(run.Sends.Skip(1), send => Assert.True(send.At < send.Input.Delivery.DueAt.UtcDateTime));
    }

    [Fact]
    public void Run_SendActivityFails_CountsAnAttemptThatMayHaveBeenSent()
    {
        var run = DeliverRun.Of(Given.Input(), call => call switch
        {
            { Name: SendAttemptFunction.Name, Number: 1 } => ActivityEnd.Failed(duration: TimeSpan.FromSeconds(7)),
            _ => DeliverRun.Results(AttemptKind.Acknowledged)(call),
        });

        Assert.Equal([AttemptKind.NoResult, AttemptKind.Acknowledged], run.Output.Attempts.Select(attempt => attempt.Result.Kind));
        var failed = run.Output.Attempts[0].Result;
        Assert.Contains("may have been sent", failed.Detail, StringComparison.Ordinal);
        Assert.Equal((Given.Start, TimeSpan.FromSeconds(7)), (failed.StartedAt, failed.Duration));
    }

    [Fact]
    public void Run_AttemptRecordedTheEnd_RecordsNothingMore()
    {
        var answer = Given.Result(AttemptKind.Acknowledged);
        var end = new RecordedEnd(DeliveryState.Delivered, answer.EndedAt);
        var run = DeliverRun.Of(Given.Input() with { ClaimTag = "tag" }, _ => ActivityEnd.Done(new SentAttempt(answer) { Ended = end, IsTold = true }));

        Assert.Equal([SendAttemptFunction.Name], run.Actions);
        Assert.Equal("tag", Assert.Single(run.Sends).Input.ClaimTag);
        Assert.Equal((DeliveryState.Delivered, answer.EndedAt), (run.Output.State, run.Output.EndedAt!.Value));
    }

    [Fact]
    public void Run_RecordHoldsAnotherEnd_IsTheOutputsToo()
    {
        var end = new RecordedEnd(DeliveryState.Exhausted, Given.Start.AddHours(1));
        var run = DeliverRun.Of(
            Given.Input(), call => call.Name == RecordOutcomeFunction.Name ? ActivityEnd.Done(end) : DeliverRun.Results(AttemptKind.Unknown)(call), [DeliverRun.Command(0.5, CommandKind.Cancel)]);

        Assert.Equal((DeliveryState.Exhausted, DeliveryCause.ScheduleUsed, end.EndedAt), (run.Output.State, run.Output.Cause, run.Output.EndedAt!.Value));
        Assert.Equal(DeliveryState.Exhausted, run.Statuses[^1].State);
    }

    [Fact]
    public void Run_OutcomeFails_IsTriedAgainWithoutEnd()
    {
        var run = DeliverRun.Of(Given.Input(), call => call is { Name: RecordOutcomeFunction.Name, Number: <= 300 }
            ? ActivityEnd.Failed(duration: TimeSpan.Zero)
            : DeliverRun.Results(AttemptKind.Acknowledged)(call));

        Assert.Equal(301, run.Outcomes.Count);
        Assert.Single(run.Outcomes.Select(outcome => WorkerJson.Write(outcome.Delivery)).Distinct());
        var waits = run.Timers.Select(timer => (timer.FireAt - timer.At).TotalSeconds).ToList();
        Assert.Equal([5.0, 10, 20, 40, 80, 160, 320, 640, 900, 900], waits.Take(10));
        Assert.All(waits.Skip(8), wait => Assert.Equal(900, wait));
        Assert.Equal(DeliveryState.Delivered, run.Output.State);
    }

    [Fact]
    public void OutcomeRetry_Policy_NeverEnds()
    {
        var policy = DeliverOrchestrator.OutcomeRetry.Retry!.Policy!;

        Assert.Equal(int.MaxValue, policy.MaxNumberOfAttempts);
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.RetryTimeout);
    }

    [Fact]
    public void Run_Statuses_ShowSendingWaitingAndTheEnd()
    {
        var run = DeliverRun.Of(AttemptKind.Unknown, AttemptKind.Acknowledged);

        Assert.Equal(
            [(DeliveryPhase.Sending, 0), (DeliveryPhase.Waiting, 1), (DeliveryPhase.Sending, 1), (DeliveryPhase.Final, 2)],
            run.Statuses.Select(status => (status.Phase, status.AttemptCount)).Distinct());
        Assert.Equal(run.Timers[0].FireAt, run.Statuses.First(status => status.Phase == DeliveryPhase.Waiting).NextDueAt!.Value.UtcDateTime);
    }

    [Fact]
    public void Run_StatusesOfLongTexts_StayWithinTheLimit()
    {
        var result = Given.Result(AttemptKind.NoResult) with
        {
            ResultCode = new string('付', 256),
            ResultMessage = new string('付', 256),
            TraceId = new string('付', 256),
            Detail = new string('付', 256),
        };
        var run = DeliverRun.Of(Given.Input(), call => call.Name == SendAttemptFunction.Name ? ActivityEnd.Done(new SentAttempt(result)) : DeliverRun.Recorded(call));

        Assert.All(run.RawStatuses, status => Assert.InRange(sizeof(char) * status!.Length, 1, BriefReport.MaxBytes));
        Assert.Equal(16, run.Output.Attempts.Length);
    }

    [Fact]
    public async Task Run_WithoutInput_FailsAndNamesTheInstance()
    {
        var context = new Mock<TaskOrchestrationContext>();
        context.Setup(mock => mock.InstanceId).Returns("np-1");

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => DeliverOrchestrator.RunAsync(context.Object));

        Assert.Contains("np-1", fault.Message, StringComparison.Ordinal);
    }
}
