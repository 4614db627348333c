namespace FunctionsNotify.Telemetry;

/// <summary>The attempt that is measured.</summary>
public sealed record AttemptSubject
{
    /// <summary>The payment.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The delivery.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The attempt's number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>When it was due, UTC.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When the message was put on the queue, else when it was accepted, UTC; null where neither is known.</summary>
    public DateTimeOffset? EnqueuedAt { get; init; }

    /// <summary>The delivery's W3C trace context.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The trace state that goes with it.</summary>
    public string? TraceState { get; init; }

    /// <summary>True for a retry.</summary>
    public bool IsRetry => Number > 1;
}
