using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// A delivery as an operator sees it: the answer of the API, the orchestration's output, and, cut short, its custom
/// status. Serialized into Durable's history: add optional members only.
/// </summary>
public sealed record DeliveryReport
{
    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    /// <summary>The delivery's id.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The delivery that this one delivers again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    /// <summary>Open, or the final state.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Sending, waiting or final.</summary>
    public required DeliveryPhase Phase { get; init; }

    /// <summary>Why it ended; null while it is open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryCause? Cause { get; init; }

    /// <summary>When intake accepted the notification, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When it ended, UTC; null while it is open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many attempts were made.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>How many attempts the retry schedule allows.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>The number of the attempt that is being made or waited for; null when final, and when nothing works on the delivery any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? NextAttempt { get; init; }

    /// <summary>When that attempt is due, UTC; null when final.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Why the next attempt was postponed; null when it waits for the retry schedule.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? WaitsFor { get; init; }

    /// <summary>How often nothing was tried.</summary>
    public int Postponements { get; init; }

    /// <summary>The attempts, in order; the oldest are left out first where space is short.</summary>
    public required ImmutableArray<DeliveryAttempt> Attempts { get; init; }

    /// <summary>The verdicts on commands, in order; the oldest are left out first where space is short.</summary>
    public ImmutableArray<CommandVerdict> Commands { get; init; } = [];

    /// <summary>What an operator does now, one sentence; null when nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    /// <summary>The sequence number of the state that this was made from.</summary>
    public required long Sequence { get; init; }

    /// <summary>The whole report.</summary>
    /// <param name="delivery">The delivery.</param>
    public static DeliveryReport Of(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var final = delivery.Phase == DeliveryPhase.Final;
        return new DeliveryReport
        {
            PaymentId = delivery.PaymentId,
            PaymentRequestId = delivery.PaymentRequestId,
            DeliveryId = delivery.DeliveryId,
            Supersedes = delivery.Supersedes,
            State = delivery.State,
            Phase = delivery.Phase,
            Cause = delivery.Cause,
            AcceptedAt = delivery.AcceptedAt,
            EndedAt = final ? delivery.DueAt : null,
            AttemptCount = delivery.Attempts.Count,
            MaxAttempts = delivery.Policy.MaxAttempts,
            NextAttempt = final ? null : delivery.NextAttempt,
            NextDueAt = final ? null : delivery.DueAt,
            WaitsFor = delivery.WaitsFor,
            Postponements = delivery.Postponements,
            Attempts = [.. delivery.Attempts],
            Commands = [.. delivery.Verdicts],
            OperatorAction = OperatorGuide.ActionFor(delivery),
            Sequence = delivery.Sequence,
        };
    }
}
