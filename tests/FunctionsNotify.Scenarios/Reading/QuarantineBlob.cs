using System.Text.Json;

namespace FunctionsNotify.Scenarios;

/// <summary>A message that is kept because it could not become a delivery, as the blob holds it.</summary>
public sealed record QuarantineBlob
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public required string State { get; init; }

    public required string Status { get; init; }

    public required string MessageId { get; init; }

    public string? PaymentId { get; init; }

    public required IReadOnlyList<Reason> Reasons { get; init; }

    /// <summary>The message's exact bytes.</summary>
    public required byte[] Content { get; init; }

    public static QuarantineBlob Read(BinaryData json) => json.ToObjectFromJson<QuarantineBlob>(Options)!;
}
