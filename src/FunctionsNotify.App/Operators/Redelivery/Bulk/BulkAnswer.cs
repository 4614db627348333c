using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record BulkAnswer(bool DryRun, int Matched, IReadOnlyList<BulkResult> Results, bool IsMore);

internal sealed record BulkResult(string PaymentId, BulkVerdict Verdict, string? DeliveryId = null, string? Detail = null);

[JsonConverter(typeof(JsonStringEnumConverter<BulkVerdict>))]
public enum BulkVerdict
{
    WouldRedeliver,

    Redelivered,

    AlreadyRedelivered,

    Open,

    Delivered,

    Unknown,

    Broken,

    Failed,
}
