using System.Globalization;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

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

    public static string PartitionOf(DateTimeOffset at) => at.UtcDateTime.ToString("'audit-'yyyyMMdd", CultureInfo.InvariantCulture);

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
