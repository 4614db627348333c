namespace FunctionsNotify.App;

// What one look at the whole came to. A part that could not be read is null, so that it is missing and never wrong.
internal sealed record Observation
{
    public required DateTimeOffset At { get; init; }

    public IReadOnlyList<QueueStatistics>? Queues { get; init; }

    public QuarantineStatistics? Quarantine { get; init; }

    public DeliveryStatistics? Deliveries { get; init; }

    public DateTimeOffset? KeyExpiresAt { get; init; }

    public required int Faults { get; init; }

    public bool IsComplete => Faults == 0 && Quarantine is { IsComplete: true } && Deliveries is { IsComplete: true };
}
