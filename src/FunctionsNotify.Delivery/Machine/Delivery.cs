using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// One payment's delivery: an immutable value that decides what happens next from what has happened. Deterministic by
/// construction: it has no clock, so the host says when something happened, and the same events give the same decisions.
/// A host is a short loop over it: send while <see cref="DeliveryPhase.Sending"/>, wait while
/// <see cref="DeliveryPhase.Waiting"/>, write the outcome when <see cref="DeliveryPhase.Final"/>.
/// </summary>
public sealed record Delivery
{
    /// <summary>The most command verdicts that are kept; the oldest go first. <c>[decided]</c></summary>
    public const int MaxVerdicts = 32;

    /// <summary>The delivery's id.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment, where the notification names it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    /// <summary>The delivery that this one delivers again, null for a first delivery.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    /// <summary>When intake accepted the notification, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The policy that the delivery started with.</summary>
    public required DeliveryPolicy Policy { get; init; }

    /// <summary>When the message was put on the queue, UTC; null where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnqueuedAt { get; init; }

    /// <summary>The W3C trace context that attempts and outcome belong to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>The W3C trace state that goes with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }

    /// <summary>What the host has to do next.</summary>
    public DeliveryPhase Phase { get; init; } = DeliveryPhase.Sending;

    /// <summary>Open, or the final state.</summary>
    public DeliveryState State { get; init; } = DeliveryState.Open;

    /// <summary>Why the delivery ended; null while it is open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryCause? Cause { get; init; }

    /// <summary>When the next attempt is due, or was due that is being made; when final, when it ended. UTC.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Every attempt so far, in order.</summary>
    public ImmutableList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>The planned ladder wait before the last retry; the next one is not shorter.</summary>
    public TimeSpan LastWait { get; init; }

    /// <summary>How often nothing was tried.</summary>
    public int Postponements { get; init; }

    /// <summary>How many breaker or signer postponements there were in a row.</summary>
    public int PostponedInARow { get; init; }

    /// <summary>The waits of all postponements together.</summary>
    public TimeSpan PostponedFor { get; init; }

    /// <summary>Why the attempt that is waited for was postponed last; null when it waits for the ladder.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? WaitsFor { get; init; }

    /// <summary>Commands that came while an attempt was being made; decided after its result.</summary>
    public ImmutableList<DeliveryCommand> PendingCommands { get; init; } = [];

    /// <summary>The verdicts on commands, in order, the last <see cref="MaxVerdicts"/>.</summary>
    public ImmutableList<CommandVerdict> Verdicts { get; init; } = [];

    /// <summary>Grows with every change, so that a late write of an older state can be told.</summary>
    public long Sequence { get; init; }

    /// <summary>The number of the attempt that is being made or waited for.</summary>
    [JsonIgnore]
    public int NextAttempt => Attempts.Count + 1;

    /// <summary>The last attempt's result, null before the first.</summary>
    [JsonIgnore]
    public AttemptResult? LastResult => Attempts.IsEmpty ? null : Attempts[^1].Result;

    /// <summary>A new delivery whose first attempt is due at once.</summary>
    /// <param name="input">What the delivery is started with.</param>
    /// <param name="now">The host's time, UTC.</param>
    public static Delivery Begin(DeliveryInput input, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(input);
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

    /// <summary>An attempt ended.</summary>
    /// <param name="result">What it came to.</param>
    /// <param name="now">The host's time, UTC; waits run from it.</param>
    /// <exception cref="InvalidOperationException">No attempt was being made: a result may not be lost and may not change a final state.</exception>
    public Delivery Apply(AttemptResult result, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(result);
        Demand(DeliveryPhase.Sending);
        var next = result.Kind == AttemptKind.Postponed && PostponedFor < Policy.PostponeLimit
            ? Postpone(result, now)
            : Record(CountedWhenPostponed(result), now);
        return next.Changed().DecidePending(now);
    }

    /// <summary>The timer of the wait fired: the attempt is due, whatever a clock says. <c>[decided]</c></summary>
    /// <exception cref="InvalidOperationException">Nothing was waited for.</exception>
    public Delivery TimerFired()
    {
        Demand(DeliveryPhase.Waiting);
        return (this with { Phase = DeliveryPhase.Sending }).Changed();
    }

    /// <summary>
    /// A command came. During an attempt it is kept and decided after the result; any final result of that attempt wins.
    /// The same command id again changes nothing.
    /// </summary>
    /// <param name="command">The command, sound or not; a malformed one is refused on the record.</param>
    /// <param name="now">The host's time, UTC.</param>
    public Delivery Apply(DeliveryCommand command, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Verdicts.Exists(verdict => verdict.Id == command.Id) || PendingCommands.Exists(pending => pending.Id == command.Id))
        {
            return this;
        }

        if (Phase == DeliveryPhase.Sending && State == DeliveryState.Open)
        {
            return PendingCommands.Count < MaxVerdicts
                ? (this with { PendingCommands = PendingCommands.Add(command) }).Changed()
                : Refuse(command, "too many commands wait for the attempt in flight", now).Changed();
        }

        return Decide(command, now).Changed();
    }

    /// <summary>
    /// What is left of the present wait, by a wall clock that may have been set since the wait was decided: never more than
    /// the longest wait that this state can have, so that a clock set back holds nothing up for hours. For a host that
    /// takes up a recorded delivery; once a wait has begun, the clock does not matter any more.
    /// </summary>
    /// <param name="now">The time, UTC.</param>
    public TimeSpan WaitAt(DateTimeOffset now)
    {
        var left = DueAt - now;
        var longest = WaitsFor is null ? LastWait : RetrySchedule.LongestPostponement(Policy);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < longest ? left : longest;
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
            WaitsFor = reason,
        };
    }

    private Delivery Record(AttemptResult result, DateTimeOffset now)
    {
        var recorded = this with
        {
            Attempts = Attempts.Add(new DeliveryAttempt(NextAttempt, DueAt, result)),
            PostponedInARow = 0,
            WaitsFor = null,
        };
        return result.Kind switch
        {
            AttemptKind.Acknowledged => recorded.End(DeliveryState.Delivered, DeliveryCause.Acknowledged, now),
            AttemptKind.Rejected => recorded.End(DeliveryState.Rejected, DeliveryCause.Business, now),
            _ when recorded.Attempts.Count < Policy.MaxAttempts => recorded.WaitForRetry(result, now),
            AttemptKind.SetupRejected => recorded.End(DeliveryState.Rejected, DeliveryCause.Setup, now),
            _ => recorded.End(DeliveryState.Exhausted, DeliveryCause.LadderUsed, now),
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
