using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// One payment's delivery: an immutable value that decides what happens next from what has happened. Deterministic by
// construction: it has no clock, so the host says when something happened, and the same events give the same decisions.
// A host is a short loop over it: send while Sending, wait while Waiting, write the outcome when Final.
internal sealed record Delivery
{
    public const int MaxVerdicts = 32;

    public required string DeliveryId { get; init; }

    public required string PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryPolicy Policy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnqueuedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }

    public DeliveryPhase Phase { get; init; } = DeliveryPhase.Sending;

    public DeliveryState State { get; init; } = DeliveryState.Open;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryCause? Cause { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public ImmutableList<DeliveryAttempt> Attempts { get; init; } = [];

    public TimeSpan LastWait { get; init; }

    public int Postponements { get; init; }

    public int PostponedInARow { get; init; }

    public TimeSpan PostponedFor { get; init; }

    // How long the operators' pause that it stands in has made it wait.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan PausedFor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? WaitsFor { get; init; }

    public ImmutableList<DeliveryCommand> PendingCommands { get; init; } = [];

    public ImmutableList<CommandVerdict> Verdicts { get; init; } = [];

    public long Sequence { get; init; }

    [JsonIgnore]
    public int NextAttempt => Attempts.Count + 1;

    [JsonIgnore]
    public AttemptResult? LastResult => Attempts.IsEmpty ? null : Attempts[^1].Result;

    public static Delivery Begin(DeliveryInput input, DateTimeOffset now)
    {
        return new Delivery
        {
            DeliveryId = input.DeliveryId,
            PaymentId = input.PaymentId,
            PaymentRequestId = input.PaymentRequestId,
            Supersedes = input.Supersedes,
            AcceptedAt = input.AcceptedAt,
            Policy = input.Policy,
            EnqueuedAt = input.EnqueuedAt,
            TraceParent = input.TraceParent,
            TraceState = input.TraceState,
            DueAt = now,
        };
    }

    // Ended by an answer, as opposed to a schedule that is used up or an operator.
    [JsonIgnore]
    public bool IsEndedByAnswer => Cause is DeliveryCause.Acknowledged or DeliveryCause.Business;

    public Delivery Apply(SentAttempt attempt, DateTimeOffset now)
    {
        return attempt.Ended is { } end ? Apply(end.AnswerFor(attempt.Result), now).Adopt(end) : Apply(attempt.Result, now);
    }

    // The end that stands in the record is the delivery's, whatever was decided here.
    public Delivery Adopt(RecordedEnd end)
    {
        if (end == new RecordedEnd(State, DueAt))
        {
            return this;
        }

        var cause = end.State switch
        {
            DeliveryState.Delivered => DeliveryCause.Acknowledged,
            DeliveryState.Exhausted => DeliveryCause.ScheduleUsed,
            DeliveryState.Cancelled => DeliveryCause.Operator,
            _ => LastResult?.Kind == AttemptKind.SetupRejected ? DeliveryCause.Setup : DeliveryCause.Business,
        };
        return End(end.State, cause, end.EndedAt).Changed();
    }

    public Delivery Apply(AttemptResult result, DateTimeOffset now)
    {
        Demand(DeliveryPhase.Sending);
        var next = result switch
        {
            { Kind: AttemptKind.Postponed, PostponeReason: PostponeReason.Paused } => Pause(now),
            { Kind: AttemptKind.Postponed } when PostponedFor < Policy.PostponeLimit => Postpone(result, now),
            _ => Record(CountedWhenPostponed(result), now),
        };
        return next.Changed().DecidePending(now);
    }

    public Delivery TimerFired()
    {
        Demand(DeliveryPhase.Waiting);
        return (this with { Phase = DeliveryPhase.Sending }).Changed();
    }

    // A command came. During an attempt it is kept and decided after the result; any final result of that attempt wins.
    // The same command id again changes nothing.
    public Delivery Apply(DeliveryCommand command, DateTimeOffset now)
    {
        if (Verdicts.Exists(verdict => verdict.Id == command.Id) || PendingCommands.Exists(pending => pending.Id == command.Id))
        {
            return this;
        }

        if (Phase == DeliveryPhase.Sending)
        {
            return PendingCommands.Count < MaxVerdicts
                ? (this with { PendingCommands = PendingCommands.Add(command) }).Changed()
                : Refuse(command, "too many commands wait for the attempt in flight", now).Changed();
        }

        return Decide(command, now).Changed();
    }

    private AttemptResult CountedWhenPostponed(AttemptResult result) => result.Kind != AttemptKind.Postponed
        ? result
        : result with
        {
            Kind = AttemptKind.NotSent,
            PostponeReason = null,
            Detail = $"{result.PostponeReason}; counted as an attempt, because the delivery was postponed for {PostponedFor:c} in all",
        };

    private Delivery Postpone(AttemptResult result, DateTimeOffset now)
    {
        var reason = result.PostponeReason ?? PostponeReason.BreakerOpen;
        var inARow = reason == PostponeReason.LimiterFull ? PostponedInARow : PostponedInARow + 1;
        var wait = RetrySchedule.WaitAfterPostponement(Policy, PaymentId, reason, inARow, Postponements + 1);
        return this with
        {
            Phase = DeliveryPhase.Waiting,
            DueAt = now + wait,
            Postponements = Postponements + 1,
            PostponedInARow = inARow,
            PostponedFor = PostponedFor + wait,
            PausedFor = TimeSpan.Zero,
            WaitsFor = reason,
        };
    }

    // An operator's pause ends by an operator, so it neither counts towards the limit nor lengthens another wait.
    private Delivery Pause(DateTimeOffset now)
    {
        var wait = RetrySchedule.WaitWhilePaused(Policy, PaymentId, PausedFor, Postponements + 1);
        return this with
        {
            Phase = DeliveryPhase.Waiting,
            DueAt = now + wait,
            Postponements = Postponements + 1,
            PausedFor = PausedFor + wait,
            WaitsFor = PostponeReason.Paused,
        };
    }

    private Delivery Record(AttemptResult result, DateTimeOffset now)
    {
        var recorded = this with
        {
            Attempts = Attempts.Add(new DeliveryAttempt(NextAttempt, DueAt, result)),
            PostponedInARow = 0,
            PausedFor = TimeSpan.Zero,
            WaitsFor = null,
        };
        return result.Kind switch
        {
            // At the answer's own time: whoever records it comes to the same.
            AttemptKind.Acknowledged => recorded.End(DeliveryState.Delivered, DeliveryCause.Acknowledged, result.EndedAt),
            AttemptKind.Rejected => recorded.End(DeliveryState.Rejected, DeliveryCause.Business, result.EndedAt),
            _ when recorded.Attempts.Count < Policy.MaxAttempts => recorded.WaitForRetry(result, now),
            AttemptKind.SetupRejected => recorded.End(DeliveryState.Rejected, DeliveryCause.Setup, now),
            _ => recorded.End(DeliveryState.Exhausted, DeliveryCause.ScheduleUsed, now),
        };
    }

    private Delivery WaitForRetry(AttemptResult result, DateTimeOffset now)
    {
        var wait = RetrySchedule.WaitBefore(Policy, PaymentId, Attempts.Count, result, LastWait);
        return this with { Phase = DeliveryPhase.Waiting, DueAt = now + wait, LastWait = wait };
    }

    private Delivery DecidePending(DateTimeOffset now)
    {
        var decided = this with { PendingCommands = [] };
        foreach (var command in PendingCommands)
        {
            // An earlier command may have made the next attempt due: the later ones wait for its result.
            decided = decided.Phase == DeliveryPhase.Sending
                ? decided with { PendingCommands = decided.PendingCommands.Add(command) }
                : decided.Decide(command, now);
        }

        return decided;
    }

    private Delivery Decide(DeliveryCommand command, DateTimeOffset now)
    {
        if (command.Fault is not null || command.Kind is not { } kind)
        {
            return Refuse(command, command.Fault ?? "kind: missing", now);
        }

        if (Phase == DeliveryPhase.Final)
        {
            return Judge(command, CommandResult.TooLate, $"the delivery had ended: {State}", now);
        }

        if (kind == CommandKind.Cancel)
        {
            return Judge(command, CommandResult.Applied, null, now).End(DeliveryState.Cancelled, DeliveryCause.Operator, now);
        }

        if (command.ExpectedAttempt != NextAttempt)
        {
            return Refuse(command, $"expectedAttempt: attempt {NextAttempt} is waited for, not {command.ExpectedAttempt?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}", now);
        }

        if (kind == CommandKind.Wake && now < DueAt)
        {
            return Refuse(command, $"attempt {NextAttempt} is not overdue", now);
        }

        return Judge(command, CommandResult.Applied, null, now) with { Phase = DeliveryPhase.Sending, DueAt = now < DueAt ? now : DueAt };
    }

    private Delivery End(DeliveryState state, DeliveryCause cause, DateTimeOffset now) =>
        this with { Phase = DeliveryPhase.Final, State = state, Cause = cause, DueAt = now, WaitsFor = null };

    private Delivery Refuse(DeliveryCommand command, string why, DateTimeOffset now) =>
        Judge(command, CommandResult.Refused, why, now);

    private Delivery Judge(DeliveryCommand command, CommandResult result, string? detail, DateTimeOffset now)
    {
        var kept = Verdicts.Count < MaxVerdicts ? Verdicts : Verdicts.RemoveAt(0);
        return this with
        {
            Verdicts = kept.Add(new CommandVerdict
            {
                Id = command.Id,
                Kind = command.Kind,
                Result = result,
                Detail = detail,
                Actor = command.Actor,
                Reason = command.Reason,
                At = now,
            }),
        };
    }

    private Delivery Changed() => this with { Sequence = Sequence + 1 };

    private void Demand(DeliveryPhase phase)
    {
        if (Phase != phase)
        {
            throw new InvalidOperationException($"Delivery {DeliveryId} is {Phase}, not {phase}.");
        }
    }
}

internal sealed record DeliveryAttempt(int Number, DateTimeOffset DueAt, AttemptResult Result);

[JsonConverter(typeof(JsonStringEnumConverter<DeliveryPhase>))]
public enum DeliveryPhase
{
    Sending,

    Waiting,

    Final,
}

// Where a delivery stands. Every accepted delivery ends in exactly one of the final states.
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    Open,

    Delivered,

    Rejected,

    Exhausted,

    Cancelled,
}

// Why a delivery ended as it did; alerts are per cause, never per payment.
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryCause>))]
public enum DeliveryCause
{
    Acknowledged,

    Business,

    Setup,

    ScheduleUsed,

    Operator,
}
