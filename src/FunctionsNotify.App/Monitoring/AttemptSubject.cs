namespace FunctionsNotify.App;

internal sealed record AttemptSubject
{
    public required string PaymentId { get; init; }

    public required string DeliveryId { get; init; }

    public required int Number { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public DateTimeOffset? EnqueuedAt { get; init; }

    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    public bool IsRetry => Number > 1;
}
