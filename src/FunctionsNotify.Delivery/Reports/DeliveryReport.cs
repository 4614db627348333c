using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// A delivery as an operator sees it: the answer of the API, the orchestration's output, and, cut short, its custom
// status. Serialized into Durable's history: add optional members only.
internal sealed record DeliveryReport
{
    public required string PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    public required string DeliveryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    public required DeliveryState State { get; init; }

    public required DeliveryPhase Phase { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryCause? Cause { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndedAt { get; init; }

    public required int AttemptCount { get; init; }

    public required int MaxAttempts { get; init; }

    // The number of the attempt that is being made or waited for; null when final, and when nothing works on the
    // delivery any more.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? NextAttempt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextDueAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? WaitsFor { get; init; }

    public int Postponements { get; init; }

    public required ImmutableArray<DeliveryAttempt> Attempts { get; init; }

    public ImmutableArray<CommandVerdict> Commands { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    public required long Sequence { get; init; }

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
