namespace FunctionsNotify.Scenarios;

/// <summary>The answer of <c>GET /api/notifications/{paymentId}</c>.</summary>
public sealed record NotificationAnswer
{
    public required string PaymentId { get; init; }

    public required string State { get; init; }

    public required string DeliveryId { get; init; }

    public required int Duplicates { get; init; }

    public DeliveryAnswer? Delivery { get; init; }
}

/// <summary>The delivery in it.</summary>
public sealed record DeliveryAnswer
{
    public required string State { get; init; }

    public required string Phase { get; init; }

    public required int AttemptCount { get; init; }

    public required int MaxAttempts { get; init; }

    public int? NextAttempt { get; init; }

    public DateTimeOffset? NextDueAt { get; init; }

    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public IReadOnlyList<CommandVerdict> Commands { get; init; } = [];
}

/// <summary>What became of a command.</summary>
public sealed record CommandVerdict(string Id, string? Kind, string Result, string? Detail, string? Actor, string? Reason);
