using System.Collections.Immutable;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>A message that could not become a delivery. It says nothing about the payment's own delivery.</summary>
public sealed record MessageOutcome : Outcome
{
    /// <inheritdoc/>
    public override string OutcomeId => $"{MessageId}:{State}";

    /// <summary>Invalid or Conflict.</summary>
    public required MessageState State { get; init; }

    /// <summary>The queue message's id.</summary>
    public required string MessageId { get; init; }

    /// <summary>When the message was put on the queue, UTC.</summary>
    public required DateTimeOffset InsertedAt { get; init; }

    /// <summary>Every reason.</summary>
    public required ImmutableArray<Violation> Reasons { get; init; }

    /// <summary>Where the message is kept: the quarantine record's id.</summary>
    public required string QuarantineId { get; init; }
}
