using FunctionsNotify.App.Tests.Replay;
using static FunctionsNotify.App.Tests.Deliver.DeliverRun;

namespace FunctionsNotify.App.Tests.Deliver;

public sealed class DeliverCommandTests
{
    [Fact]
    public void Run_CancelWhileWaiting_StopsTheTimerAndEnds()
    {
        var run = DeliverRun.Of(Given.Input(), Results(AttemptKind.Unknown), [Command(0.5, CommandKind.Cancel)]);

        Assert.Single(run.Sends);
        Assert.False(Assert.Single(run.Timers).Fired);
        Assert.Equal((DeliveryState.Cancelled, DeliveryCause.Operator), (run.Output.State, run.Output.Cause));
        Assert.Equal(("c-1", CommandResult.Applied, "tester"), (run.Output.Commands[0].Id, run.Output.Commands[0].Result, run.Output.Commands[0].Actor));
        Assert.Equal(World.Start.AddSeconds(0.5), run.Outcomes[0].At);
    }

    [Fact]
    public void Run_CancelDuringAnAttemptThatIsAcknowledged_IsTooLate()
    {
        var run = DeliverRun.Of(Given.Input(), Results(AttemptKind.Acknowledged), [Command(0.01, CommandKind.Cancel)]);

        Assert.Equal(DeliveryState.Delivered, run.Output.State);
        Assert.Equal(CommandResult.TooLate, Assert.Single(run.Output.Commands).Result);
        Assert.Equal(CommandResult.TooLate, Assert.Single(run.Outcomes[0].Delivery.Verdicts).Result);
    }

    [Fact]
    public void Run_CancelDuringAnAttemptWithoutFinalResult_EndsAfterIt()
    {
        var run = DeliverRun.Of(Given.Input(), Results(AttemptKind.Unknown), [Command(0.01, CommandKind.Cancel)]);

        Assert.Equal([SendAttemptFunction.Name, RecordOutcomeFunction.Name], run.Actions);
        Assert.Equal(DeliveryState.Cancelled, run.Output.State);
        Assert.Single(run.Output.Attempts);
    }

    [Fact]
    public void Run_SendNow_SendsAtOnceAndStopsTheTimer()
    {
        var run = DeliverRun.Of(
            Given.Input(), Results(AttemptKind.Unknown, AttemptKind.Unknown, AttemptKind.Unknown, AttemptKind.Acknowledged), [Command(10, CommandKind.SendNow, expectedAttempt: 4)]);

        Assert.Equal(World.Start.AddSeconds(10), run.Sends[3].At);
        Assert.Equal([true, true, false], run.Timers.Select(timer => timer.Fired));
        Assert.Equal(DeliveryState.Delivered, run.Output.State);
    }

    [Fact]
    public void Run_SendNowForAnotherAttempt_IsRefusedAndTheTimerStays()
    {
        var run = DeliverRun.Of(Given.Input(), Results(AttemptKind.Unknown, AttemptKind.Acknowledged), [Command(0.5, CommandKind.SendNow, expectedAttempt: 5)]);

        Assert.True(Assert.Single(run.Timers).Fired);
        Assert.Equal(CommandResult.Refused, Assert.Single(run.Output.Commands).Result);
        Assert.Contains(run.Statuses, status => status is { Phase: DeliveryPhase.Waiting, Commands.Length: 1 });
    }

    [Fact]
    public void Run_UnreadableCommands_AreRefusedOnTheRecordAndTheDeliveryGoesOn()
    {
        string?[] payloads = [null, "null", "1", "\"text\"", "[]", "{}", """{"id":""}""", """{"id":"known","kind":"Explode"}""", """{"id":"\ud800","kind":"Cancel"}""", """{"id":"named","kind":"Cancel","\ud800":1}"""];
        var run = DeliverRun.Of(
            Given.Input(), Results(AttemptKind.Unknown, AttemptKind.Acknowledged), [.. payloads.Select((payload, index) => Raw(0.1 + (index / 100.0), payload))]);

        Assert.Equal(DeliveryState.Delivered, run.Output.State);
        Assert.Equal(
            ["unreadable-1", "unreadable-2", "unreadable-3", "unreadable-4", "unreadable-5", "unreadable-6", "unreadable-7", "known", "unreadable-9", "unreadable-10"],
            run.Output.Commands.Select(verdict => verdict.Id));
        Assert.All(run.Output.Commands, verdict => Assert.Equal(CommandResult.Refused, verdict.Result));
        Assert.True(Assert.Single(run.Timers).Fired);
    }

    [Fact]
    public void Run_SeveralCommandsDuringAnAttempt_AreDecidedInOrderBeforeTheWait()
    {
        var run = DeliverRun.Of(
            Given.Input(),
            Results(AttemptKind.Unknown, AttemptKind.Acknowledged),
            [Command(0.001, CommandKind.SendNow, 1, "a"), Command(0.002, CommandKind.SendNow, 2, "b"), Command(0.003, CommandKind.SendNow, 2, "c"), Command(0.004, CommandKind.SendNow, 2, "b")]);

        Assert.Empty(run.Timers);
        Assert.Equal([("a", CommandResult.Refused), ("b", CommandResult.Applied), ("c", CommandResult.TooLate)], run.Output.Commands.Select(verdict => (verdict.Id, verdict.Result)));
        Assert.Equal(run.Sends[0].EndedAt, run.Sends[1].At);
    }

    [Fact]
    public void Run_CommandBeforeTheFirstSend_IsDecidedAfterIt()
    {
        var run = DeliverRun.Of(Given.Input(), Results(AttemptKind.Unknown), [Command(0, CommandKind.Cancel)]);

        Assert.Single(run.Sends);
        Assert.Equal(DeliveryState.Cancelled, run.Output.State);
    }

    [Fact]
    public void Run_CommandTogetherWithTheTimer_ChangesNothingThatWasDecided()
    {
        // The attempt ends at 0.02 s and the timer fires at 1.02 s: the send-now comes at the same moment.
        var run = DeliverRun.Of(Given.Input(), Results(AttemptKind.Unknown, AttemptKind.Acknowledged), [Command(1.02, CommandKind.SendNow, 2)]);

        Assert.Equal(2, run.Sends.Count);
        Assert.Equal(World.Start + TimeSpan.FromMilliseconds(1020), run.Sends[1].At);
    }

    [Fact]
    public void Run_CommandWhileTheOutcomeIsWritten_HasNoVerdict()
    {
        var run = DeliverRun.Of(
            Given.Input(),
            call => call is { Name: RecordOutcomeFunction.Name, Number: 1 } ? ActivityEnd.Failed() : Results(AttemptKind.Acknowledged)(call),
            [Command(1, CommandKind.Cancel)]);

        Assert.Equal(DeliveryState.Delivered, run.Output.State);
        Assert.Empty(run.Output.Commands);
        Assert.Equal(2, run.Outcomes.Count);
    }

    [Fact]
    public void Run_AnotherEvent_IsIgnored()
    {
        var run = DeliverRun.Of(Given.Input(), Results(AttemptKind.Unknown, AttemptKind.Acknowledged), [(TimeSpan.FromSeconds(0.5), "other", "{}")]);

        Assert.Empty(run.Output.Commands);
        Assert.Equal(DeliveryState.Delivered, run.Output.State);
    }
}
