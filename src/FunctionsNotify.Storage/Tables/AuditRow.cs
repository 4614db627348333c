using System.Globalization;
using Azure.Data.Tables;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>An audit entry as a row: one partition per day, newest first.</summary>
internal static class AuditRow
{
    public const string PaymentId = "PaymentId";

    private const int Version = 1;
    private const string Id = "Id";
    private const string At = "At";
    private const string Actor = "Actor";
    private const string Action = "Action";
    private const string QuarantineId = "QuarantineId";
    private const string DeliveryId = "DeliveryId";
    private const string Reason = "Reason";
    private const string Outcome = "Outcome";

    /// <summary>The partition of a day's entries, UTC.</summary>
    public static string PartitionOf(DateTimeOffset at) => at.UtcDateTime.ToString("'audit-'yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>The row.</summary>
    public static TableEntity Of(AuditEntry entry) => new(PartitionOf(entry.At), $"{DayPosition.InvertedTicks(entry.At)}-{entry.Id}")
    {
        [RowProperties.SchemaVersion] = Version,
        [Id] = entry.Id,
        [At] = RowProperties.Format(entry.At),
        [Actor] = entry.Actor,
        [Action] = entry.Action,
        [PaymentId] = entry.PaymentId,
        [QuarantineId] = entry.QuarantineId,
        [DeliveryId] = entry.DeliveryId,
        [Reason] = entry.Reason,
        [Outcome] = entry.Outcome,
    };

    /// <summary>The entry of a row that was read whole.</summary>
    public static AuditEntry Read(TableEntity row) => new()
    {
        Id = row.Text(Id),
        At = row.Time(At),
        Actor = row.GetString(Actor),
        Action = row.Text(Action),
        PaymentId = row.GetString(PaymentId),
        QuarantineId = row.GetString(QuarantineId),
        DeliveryId = row.GetString(DeliveryId),
        Reason = row.GetString(Reason),
        Outcome = row.Text(Outcome),
    };
}
