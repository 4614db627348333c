using System.Globalization;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

// A delivery of the index as a row: one partition per day of acceptance, newest first.
internal static class IndexRow
{
    public const string Sequence = "Sequence";
    public const string NextDueAt = "NextDueAt";
    public const string StartingSince = "StartingSince";

    private const int Version = 1;
    private const string DeliveryId = "DeliveryId";
    private const string PaymentId = "PaymentId";
    private const string PaymentRequestId = "PaymentRequestId";
    private const string AcceptedAt = "AcceptedAt";
    private const string AttemptCount = "AttemptCount";
    private const string LastKind = "LastKind";
    private const string LastResultCode = "LastResultCode";

    public static string PartitionOf(DateTimeOffset acceptedAt) =>
        acceptedAt.UtcDateTime.ToString("'d-'yyyyMMdd", CultureInfo.InvariantCulture);

    public static string KeyOf(string deliveryId, DateTimeOffset acceptedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{DateTime.MaxValue.Ticks - acceptedAt.UtcTicks:D19}-{deliveryId}");

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
    };
}
