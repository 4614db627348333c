using CsCheck;
using FunctionsNotify.App.Tests.Replay;

namespace FunctionsNotify.App.Tests.Deliver;

public sealed class DeliverPropertyTests
{
    private static readonly DeliveryPolicy Short = new()
    {
        RetryDelays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30)],
        PostponeLimit = TimeSpan.FromMinutes(2),
    };

    private static readonly Gen<AttemptKind?> Attempt = Gen.Int[0, 7].Select(number => number == 7 ? null : (AttemptKind?)number);

    private static readonly Gen<(TimeSpan, string, string?)> Event = Gen.Select(
        Gen.Double[0, 60],
        Gen.Int[0, 5],
        Gen.Int[0, 3],
        (after, what, attempt) => what switch
        {
            0 => DeliverRun.Command(after, CommandKind.Cancel, id: $"cancel-{attempt}"),
            1 or 2 => DeliverRun.Command(after, CommandKind.SendNow, attempt, $"now-{after}"),
            3 => DeliverRun.Command(after, CommandKind.Wake, attempt, $"wake-{after}"),
            _ => DeliverRun.Raw(after, what == 4 ? null : "[1]"),
        });

    // Every run is replayed after each thing that happens, so this looks for non-determinism as well.
    [Fact]
    public void Run_WhateverHappens_EndsOnceAndSendsNothingAfterIt() => Gen.Select(
        Attempt.Array[1, 12],
        Event.Array[0, 6],
        Gen.Bool.Array[8],
        Gen.Int[0, 6000],
        (attempts, events, faults, milliseconds) => (attempts, events, faults, milliseconds))
        .Sample(
            happens =>
            {
                var run = DeliverRun.Of(Given.Input(Short), call => End(call, happens.attempts, happens.faults, happens.milliseconds), happens.events);

                Assert.NotEqual(DeliveryState.Open, run.Output.State);
                Assert.Equal(DeliveryPhase.Final, run.Output.Phase);
                Assert.InRange(run.Output.AttemptCount, 0, Short.MaxAttempts);
                Assert.Equal(run.Output.AttemptCount + run.Output.Postponements, run.Sends.Count);
                Assert.NotEmpty(run.Outcomes);
                Assert.All(run.Outcomes, outcome => Assert.Equal(run.Output.State, outcome.Delivery.State));
                Assert.All(run.Sends, send => Assert.True(send.EndedAt <= run.Outcomes[0].At));
                Assert.Single(run.Sends.Select(send => Convert.ToHexString(send.Input.Body.Span)).Distinct());
                Assert.Equal(run.Output.State == DeliveryState.Delivered, run.Output.Attempts is [.., { Result.Kind: AttemptKind.Acknowledged }]);
            },
            iter: 400);

    private static ActivityEnd End(ActivityCall call, AttemptKind?[] attempts, bool[] faults, int milliseconds)
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds * call.Number % 6000);
        if (call.Name == SendAttemptFunction.Name)
        {
            return attempts[(call.Number - 1) % attempts.Length] is { } kind
                ? ActivityEnd.Done(new SentAttempt(Given.Result(kind)), duration)
                : ActivityEnd.Failed(duration: duration);
        }

        var fails = call.Number <= faults.Length && faults[call.Number - 1];
        return fails ? ActivityEnd.Failed(duration: duration) : DeliverRun.Recorded(call, duration);
    }
}
