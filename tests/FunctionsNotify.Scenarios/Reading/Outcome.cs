using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Scenarios;

/// <summary>An outcome as a payment backend reads it from the queue; a model of our own, so that a changed field is noticed.</summary>
public sealed record Outcome
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public required int SchemaVersion { get; init; }

    public required string Kind { get; init; }

    public required string OutcomeId { get; init; }

    public required string? PaymentId { get; init; }

    public required string State { get; init; }

    public string? Cause { get; init; }

    public string? DeliveryId { get; init; }

    public string? Supersedes { get; init; }

    public string? ResultCode { get; init; }

    public int AttemptCount { get; init; }

    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public string? MessageId { get; init; }

    public string? QuarantineId { get; init; }

    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    /// <summary>When this suite got it from the queue; not part of the outcome.</summary>
    [JsonIgnore]
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>The outcome as it was written.</summary>
    [JsonIgnore]
    public string Text { get; init; } = string.Empty;

    public static Outcome Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<Outcome>(json, Options)
        ?? throw new JsonException("The outcome is null.");
}
