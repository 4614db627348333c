using System.Globalization;
using System.Text.Json.Serialization;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

internal sealed record DeliveryIndexRow
{
    public required string DeliveryId { get; init; }

    public required string PaymentId { get; init; }

    public string? PaymentRequestId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DeliveryState State { get; init; }

    public required int AttemptCount { get; init; }

    public DateTimeOffset? NextDueAt { get; init; }

    public AttemptKind? LastKind { get; init; }

    public string? LastResultCode { get; init; }

    public required long Sequence { get; init; }

    // Set on the row of a redelivery, correction or repair that was prepared and is not known to have started: since
    // when, UTC. The delivery's own first row has none.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StartingSince { get; init; }

    // When the sweeper last woke it, UTC; perhaps for an earlier attempt.
    [JsonIgnore]
    public DateTimeOffset? WokenAt { get; init; }

    public static DeliveryIndexRow Starting(Claim claim, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return new DeliveryIndexRow
        {
            DeliveryId = claim.DeliveryId,
            PaymentId = claim.PaymentId,
            PaymentRequestId = claim.PaymentRequestId,
            AcceptedAt = claim.AcceptedAt,
            State = DeliveryState.Open,
            AttemptCount = 0,
            NextDueAt = now,
            Sequence = 0,
            StartingSince = now,
        };
    }

    // True when the delivery, final, has its place in the index: it did not succeed at its first attempt, or has a row
    // already, which says that it waits (postponed before) or is starting (not its payment's first).
    public static bool IsNeededFor(Delivery delivery) =>
        delivery is not { State: DeliveryState.Delivered, Attempts.Count: 1, Postponements: 0, Supersedes: null };

    public static DeliveryIndexRow Of(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return new DeliveryIndexRow
        {
            DeliveryId = delivery.DeliveryId,
            PaymentId = delivery.PaymentId,
            PaymentRequestId = delivery.PaymentRequestId,
            AcceptedAt = delivery.AcceptedAt,
            State = delivery.State,
            AttemptCount = delivery.Attempts.Count,
            NextDueAt = delivery.Phase == DeliveryPhase.Final ? null : delivery.DueAt,
            LastKind = delivery.LastResult?.Kind,
            LastResultCode = delivery.LastResult?.ResultCode,
            Sequence = delivery.Sequence,
        };
    }
}

// A delivery of the index as a row: one partition per day of acceptance, newest first. Behind the rows lie the copies of the
// open ones, in the same order.
internal static class IndexRow
{
    public const string FirstOpenKey = "o-";

    // "." follows "-".
    public const string KeyAfterOpen = "o.";

    public const string Sequence = "Sequence";
    public const string NextDueAt = "NextDueAt";
    public const string StartingSince = "StartingSince";

    private const int Version = 1;
    private const string DeliveryId = "DeliveryId";
    private const string PaymentId = "PaymentId";
    private const string PaymentRequestId = "PaymentRequestId";
    public const string AcceptedAt = "AcceptedAt";
    private const string AttemptCount = "AttemptCount";
    private const string LastKind = "LastKind";
    private const string LastResultCode = "LastResultCode";
    private const string WokenAt = "WokenAt";

    public static string PartitionOf(DateTimeOffset acceptedAt) =>
        acceptedAt.UtcDateTime.ToString("'d-'yyyyMMdd", CultureInfo.InvariantCulture);

    public static string KeyOf(string deliveryId, DateTimeOffset acceptedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTime.MaxValue.Ticks - acceptedAt.UtcTicks:D19}-{deliveryId}");

    public static string OpenKeyOf(string key) => FirstOpenKey + key;

    public static TableEntity OpenOf(DeliveryIndexRow row)
    {
        var entity = Of(row);
        entity.RowKey = OpenKeyOf(entity.RowKey);
        return entity;
    }

    public static TableEntity Of(DeliveryIndexRow row) => new(PartitionOf(row.AcceptedAt), KeyOf(row.DeliveryId, row.AcceptedAt))
    {
        [RowProperties.SchemaVersion] = Version,
        [DeliveryId] = row.DeliveryId,
        [PaymentId] = row.PaymentId,
        [PaymentRequestId] = row.PaymentRequestId,
        [AcceptedAt] = RowProperties.Format(row.AcceptedAt),
        [RowProperties.State] = row.State.ToString(),
        [AttemptCount] = row.AttemptCount,
        [NextDueAt] = RowProperties.Format(row.NextDueAt),
        [LastKind] = row.LastKind?.ToString(),
        [LastResultCode] = row.LastResultCode,
        [Sequence] = row.Sequence,
        [StartingSince] = RowProperties.Format(row.StartingSince),
        [WokenAt] = RowProperties.Format(row.WokenAt),
    };

    public static DeliveryIndexRow Read(TableEntity row) => new()
    {
        DeliveryId = row.Text(DeliveryId),
        PaymentId = row.Text(PaymentId),
        PaymentRequestId = row.GetString(PaymentRequestId),
        AcceptedAt = row.Time(AcceptedAt),
        State = row.DeliveryState(),
        AttemptCount = row.Number(AttemptCount),
        NextDueAt = row.TimeOrNull(NextDueAt),
        LastKind = row.GetString(LastKind) is not { } kind
            ? null
            : Enum.TryParse<AttemptKind>(kind, out var parsed) ? parsed : throw RowProperties.Unreadable(row, LastKind),
        LastResultCode = row.GetString(LastResultCode),
        Sequence = row.LongNumber(Sequence),
        StartingSince = row.TimeOrNull(StartingSince),
        WokenAt = row.TimeOrNull(WokenAt),
    };
}
