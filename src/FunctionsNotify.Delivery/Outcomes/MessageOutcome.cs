using System.Collections.Immutable;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// A message that could not become a delivery. It says nothing about the payment's own delivery.
internal sealed record MessageOutcome : Outcome
{
    public override string OutcomeId => $"{MessageId}:{State}";

    public required MessageState State { get; init; }

    public required string MessageId { get; init; }

    public required DateTimeOffset InsertedAt { get; init; }

    public required ImmutableArray<Violation> Reasons { get; init; }

    public required string QuarantineId { get; init; }
}
