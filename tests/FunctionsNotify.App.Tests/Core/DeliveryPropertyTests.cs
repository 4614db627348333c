using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>Whatever happens to a delivery, in any order: the guarantees of the decision core.</summary>
public sealed class DeliveryPropertyTests
{
    private const int Runs = 4_000;

    /// <summary>One thing that happens: a result while sending, the timer while waiting, or a command at any time.</summary>
    private sealed record Happening(AttemptResult Result, DeliveryCommand? Command, int ExpectedOffset, TimeSpan Later);

    private static readonly Gen<DeliveryPolicy> _policies = Gen.Select(Gen.Int[1, 4000].Array[1, 30], Gen.Double[0, 0.5], Gen.Int[1, 90]).Select((steps, jitter, floor) =>
    {
        var delays = ImmutableArray.CreateBuilder<TimeSpan>();
        var delay = TimeSpan.Zero;
        foreach (var step in steps)
        {
            delay += TimeSpan.FromSeconds(step);
            delays.Add(delay);
        }

        delays[0] = TimeSpan.FromSeconds(0.5);
        return new DeliveryPolicy { RetryDelays = delays.ToImmutable(), Jitter = jitter, SetupFloor = TimeSpan.FromSeconds(floor), PostponeLimit = TimeSpan.FromHours(2) };
    });

    private static readonly Gen<AttemptKind> _kinds = Gen.Frequency(
        (1, Gen.Const(AttemptKind.Acknowledged)),
        (1, Gen.Const(AttemptKind.Rejected)),
        (8, Gen.Const(AttemptKind.Unknown)),
        (8, Gen.Const(AttemptKind.NoResult)),
        (4, Gen.Const(AttemptKind.NotSent)),
        (4, Gen.Const(AttemptKind.SetupRejected)),
        (8, Gen.Const(AttemptKind.Postponed)));

    private static readonly Gen<AttemptResult> _results = Gen.Select(_kinds, Gen.Bool, Gen.Int[0, 100_000], Gen.Enum<PostponeReason>()).Select((kind, slow, after, reason) =>
        Given.Result(kind, "CODE", slow, slow && after % 2 == 0 ? TimeSpan.FromSeconds(after) : null) with
        {
            PostponeReason = kind == AttemptKind.Postponed ? reason : null,
        });

    private static readonly Gen<DeliveryCommand> _commands = Gen.Select(Gen.Int[0, 40], Gen.Frequency((1, Gen.Const(CommandKind.Cancel)), (12, Gen.Const(CommandKind.SendNow)), (6, Gen.Const(CommandKind.Wake))), Gen.Bool)
        .Select((id, kind, sound) => Given.Command(kind, id: $"c-{id}") with { Fault = sound || id % 5 != 0 ? null : "malformed" });

    private static readonly Gen<Happening> _happenings = Gen.Select(_results, _commands, Gen.Int[0, 9], Gen.Int[-1, 1], Gen.Int[0, 500]).Select((result, command, chance, offset, later) =>
        new Happening(result, chance < 3 ? command : null, offset, TimeSpan.FromSeconds(later)));

    private static readonly Gen<(DeliveryPolicy Policy, Happening[] Script)> _runs = Gen.Select(_policies, _happenings.Array[1, 60]);

    private static readonly Gen<DeliveryState> _ends = Gen.Int[1, 4].Select(state => (DeliveryState)state);

    private static DeliveryCause[] CausesOf(DeliveryState end) => end switch
    {
        DeliveryState.Delivered => [DeliveryCause.Acknowledged],
        DeliveryState.Rejected => [DeliveryCause.Business, DeliveryCause.Setup],
        DeliveryState.Exhausted => [DeliveryCause.ScheduleUsed],
        DeliveryState.Cancelled => [DeliveryCause.Operator],
        _ => [],
    };

    private static Delivery Step(Delivery delivery, Happening happening, ref DateTimeOffset now, out bool sent)
    {
        sent = false;
        now += happening.Later;
        if (happening.Command is { } command)
        {
            return delivery.Apply(command with { ExpectedAttempt = delivery.NextAttempt + happening.ExpectedOffset }, now);
        }

        switch (delivery.Phase)
        {
            case DeliveryPhase.Sending:
                sent = happening.Result.Kind != AttemptKind.Postponed;
                return delivery.Apply(happening.Result, now);
            case DeliveryPhase.Waiting:
                now = now > delivery.DueAt ? now : delivery.DueAt;
                return delivery.TimerFired();
            default:
                return delivery;
        }
    }

    private static string Json(Delivery delivery) => JsonSerializer.Serialize(delivery, DeliveryJson.Options);

    [Fact]
    public void Apply_AnySequence_EndsAndNeverSendsMoreThanTheSchedule() => _runs.Sample(
        run =>
        {
            var now = Given.Start;
            var delivery = Given.Delivery(run.Policy);
            var sends = 0;
            // The script repeats until the delivery ends; a bound that is missed is a delivery that never ends.
            for (var step = 0; delivery.Phase != DeliveryPhase.Final; step++)
            {
                Assert.True(step < 200_000, "the delivery does not end");
                // Commands alone decide nothing for ever, and a pause ends: after the script's first pass only results and
                // timers happen.
                var happening = run.Script[step % run.Script.Length];
                delivery = Step(delivery, step < run.Script.Length ? happening : happening with { Command = null, Result = Resumed(happening.Result) }, ref now, out var sent);
                sends += sent ? 1 : 0;
            }

            Assert.True(sends <= 1 + run.Policy.RetryDelays.Length);
            Assert.True(delivery.Attempts.Count <= 1 + run.Policy.RetryDelays.Length);
            Assert.Contains(Assert.NotNull(delivery.Cause), CausesOf(delivery.State));
        },
        iter: Runs);

    /// <summary>However often and wherever operators pause, a delivery comes to the attempts and the end that it had come to without.</summary>
    [Fact]
    public void Apply_PausesAnywhere_ChangeNothingButTheTime() => Gen.Select(_runs, Gen.Int[0, 400].Array[60]).Sample(
        (run, pauses) =>
        {
            var now = Given.Start;
            // The jitter of other postponements goes by their number, so that where it counts, near the limit, the two may differ.
            var policy = run.Policy with { PostponeLimit = TimeSpan.FromDays(7) };
            var (delivery, paused) = (Given.Delivery(policy), Given.Delivery(policy));
            foreach (var (happening, looks) in run.Script.Zip(pauses))
            {
                var result = happening with { Command = null, Result = Resumed(happening.Result) };
                var counted = paused.PostponedFor;
                for (var look = 0; look < looks && paused.Phase == DeliveryPhase.Sending; look++)
                {
                    paused = paused.Apply(Given.Result(AttemptKind.Postponed) with { PostponeReason = PostponeReason.Paused }, now);
                    Assert.InRange(paused.DueAt - now, RetrySchedule.PauseWait, policy.PostponeCap * 1.1);
                    paused = paused.TimerFired();
                    Assert.Equal(counted, paused.PostponedFor);
                }

                delivery = Step(delivery, result, ref now, out _);
                paused = Step(paused, result, ref now, out _);
                Assert.Equal(
                    (delivery.Phase, delivery.State, delivery.Cause, delivery.Attempts.Count, delivery.LastWait, delivery.PostponedInARow),
                    (paused.Phase, paused.State, paused.Cause, paused.Attempts.Count, paused.LastWait, paused.PostponedInARow));
            }
        },
        iter: Runs / 8);

    private static AttemptResult Resumed(AttemptResult result) =>
        result.PostponeReason == PostponeReason.Paused ? result with { PostponeReason = PostponeReason.BreakerOpen } : result;

    [Fact]
    public void Apply_AnythingAfterTheEnd_NeverSendsAndNeverChangesTheState() => _runs.Sample(
        run =>
        {
            var now = Given.Start;
            var ended = Given.Delivery(run.Policy).Apply(Given.Result(AttemptKind.Rejected), now);
            var delivery = ended;
            foreach (var happening in run.Script)
            {
                delivery = Step(delivery, happening, ref now, out _);
                Assert.Equal((DeliveryPhase.Final, DeliveryState.Rejected, ended.Attempts.Count), (delivery.Phase, delivery.State, delivery.Attempts.Count));
            }
        },
        iter: Runs);

    // A second run of an attempt, or another order of events, may come to anything: what is recorded stands.
    [Fact]
    public void Apply_TheEndIsRecorded_EndsAsRecordedWhateverTheAttemptCameTo() => Gen.Select(
        _runs, _results, _ends).Sample(
        (run, result, state) =>
        {
            var now = Given.Start;
            var delivery = Given.Delivery(run.Policy);
            foreach (var happening in run.Script)
            {
                var next = Step(delivery, happening, ref now, out _);
                delivery = next.Phase == DeliveryPhase.Final ? delivery : next;
            }

            delivery = delivery.Phase == DeliveryPhase.Waiting ? delivery.TimerFired() : delivery;
            var end = new RecordedEnd(state, now.AddSeconds(-1));
            var ended = delivery.Apply(new SentAttempt(result) { Ended = end }, now);

            Assert.Equal(end, RecordedEnd.Of(ended));
            Assert.Equal(state, DeliveryOutcome.Of(ended).State);
            Assert.Contains(DeliveryOutcome.Of(ended).Cause, CausesOf(state));
            Assert.InRange(ended.Attempts.Count, delivery.Attempts.Count, run.Policy.MaxAttempts);
            Assert.True(state != DeliveryState.Delivered || ended.LastResult!.Kind == AttemptKind.Acknowledged);
            Assert.Same(ended, ended.Adopt(end));
            Assert.True(ended.Sequence > delivery.Sequence);
        },
        iter: Runs);

    [Fact]
    public void Apply_AnySequence_NeverShortensAWait() => _runs.Sample(
        run =>
        {
            var now = Given.Start;
            var delivery = Given.Delivery(run.Policy);
            foreach (var happening in run.Script)
            {
                var before = delivery;
                delivery = Step(delivery, happening, ref now, out var sent);
                Assert.True(delivery.LastWait >= before.LastWait);
                if (sent && delivery.Phase == DeliveryPhase.Waiting)
                {
                    Assert.Equal(now + delivery.LastWait, delivery.DueAt);
                    Assert.True(delivery.LastWait >= run.Policy.RetryDelays[delivery.Attempts.Count - 1]);
                }

                if (before.Phase == DeliveryPhase.Waiting && delivery.Phase == DeliveryPhase.Waiting)
                {
                    Assert.Equal(before.DueAt, delivery.DueAt);
                }
            }
        },
        iter: Runs);

    [Fact]
    public void Apply_ReplayedFromItsRecord_DecidesTheSame() => _runs.Sample(
        run =>
        {
            var (now, then) = (Given.Start, Given.Start);
            var delivery = Given.Delivery(run.Policy);
            var replayed = Given.Delivery(run.Policy);
            foreach (var happening in run.Script)
            {
                delivery = Step(delivery, happening, ref now, out _);
                // The second one is written down and read again at every step, as after a restart.
                replayed = JsonSerializer.Deserialize<Delivery>(Json(replayed), DeliveryJson.Options)!;
                replayed = Step(replayed, happening, ref then, out _);
                Assert.Equal(Json(delivery), Json(replayed));
            }
        },
        iter: Runs / 4);

    [Fact]
    public void Apply_AnySequence_EveryChangeRaisesTheSequence() => _runs.Sample(
        run =>
        {
            var now = Given.Start;
            var delivery = Given.Delivery(run.Policy);
            foreach (var happening in run.Script)
            {
                var before = delivery;
                delivery = Step(delivery, happening, ref now, out _);
                Assert.True(ReferenceEquals(before, delivery) ? delivery.Sequence == before.Sequence : delivery.Sequence > before.Sequence);
            }
        },
        iter: Runs / 4);

    [Fact]
    public void Of_AnyDelivery_BriefReportFitsACustomStatus() => Gen.Select(_runs, Gen.String[0, 400]).Sample(
        (run, text) =>
        {
            var now = Given.Start;
            var delivery = Given.Delivery(run.Policy);
            foreach (var happening in run.Script)
            {
                var wordy = happening.Result with { ResultCode = text, ResultMessage = text, Detail = text, TraceId = text, ResultStatus = text };
                delivery = Step(delivery, happening with { Result = wordy }, ref now, out _);
                Assert.InRange(BriefReport.Size(BriefReport.Of(delivery)), 1, BriefReport.MaxBytes);
            }
        },
        iter: Runs / 20);
}
