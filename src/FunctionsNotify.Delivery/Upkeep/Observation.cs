namespace FunctionsNotify.Deliveries;

/// <summary>What one look at the whole came to. A part that could not be read is null, so that it is missing and never wrong.</summary>
public sealed record Observation
{
    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How full the queues are.</summary>
    public IReadOnlyList<QueueStatistics>? Queues { get; init; }

    /// <summary>What waits in the quarantine.</summary>
    public QuarantineStatistics? Quarantine { get; init; }

    /// <summary>Open deliveries.</summary>
    public DeliveryStatistics? Deliveries { get; init; }

    /// <summary>When our signing key ends, UTC; null also where that is not known.</summary>
    public DateTimeOffset? KeyExpiresAt { get; init; }

    /// <summary>How many parts could not be read.</summary>
    public required int Faults { get; init; }

    /// <summary>True when every part was read to its end.</summary>
    public bool IsComplete => Faults == 0 && Quarantine is { IsComplete: true } && Deliveries is { IsComplete: true };
}
