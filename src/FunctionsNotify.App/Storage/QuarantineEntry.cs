using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record QuarantineEntry
{
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required QuarantineStatus Status { get; init; }

    public required string Actor { get; init; }

    public required string Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Overrode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MessageId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeliveryId { get; init; }
}
