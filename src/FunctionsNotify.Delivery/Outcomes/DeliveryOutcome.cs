using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>The end of one delivery.</summary>
public sealed record DeliveryOutcome : Outcome
{
    /// <inheritdoc/>
    public override string OutcomeId => DeliveryId;

    /// <summary>Delivered, Rejected, Exhausted or Cancelled.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Why it ended so.</summary>
    public required DeliveryCause Cause { get; init; }

    /// <summary>The delivery's id.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The delivery that this one delivered again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    /// <summary>The acquirer's id of the payment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    /// <summary>When intake accepted the notification, UTC.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When the delivery ended, UTC.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The result code of the last answer, where it had one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultCode { get; init; }

    /// <summary>What an operator does now; null when nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    /// <summary>How many attempts were made.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>How many attempts from the middle are left out of <see cref="Attempts"/> for space.</summary>
    public int AttemptsOmitted { get; init; }

    /// <summary>The attempts, in order.</summary>
    public required ImmutableArray<DeliveryAttempt> Attempts { get; init; }

    /// <summary>The outcome of a delivery that ended.</summary>
    /// <param name="delivery">The delivery, final.</param>
    /// <exception cref="InvalidOperationException">The delivery is open.</exception>
    public static DeliveryOutcome Of(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (delivery.Phase != DeliveryPhase.Final || delivery.Cause is not { } cause)
        {
            throw new InvalidOperationException($"Delivery {delivery.DeliveryId} is {delivery.Phase}: it has no outcome yet.");
        }

        return new DeliveryOutcome
        {
            PaymentId = delivery.PaymentId,
            TraceParent = delivery.TraceParent,
            TraceState = delivery.TraceState,
            PaymentRequestId = delivery.PaymentRequestId,
            DeliveryId = delivery.DeliveryId,
            Supersedes = delivery.Supersedes,
            State = delivery.State,
            Cause = cause,
            AcceptedAt = delivery.AcceptedAt,
            EndedAt = delivery.DueAt,
            ResultCode = delivery.LastResult?.ResultCode,
            OperatorAction = OperatorGuide.ActionFor(delivery),
            AttemptCount = delivery.Attempts.Count,
            Attempts = [.. delivery.Attempts],
        };
    }
}
