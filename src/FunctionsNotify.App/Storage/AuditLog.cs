using System.Globalization;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace FunctionsNotify.App;

internal sealed record AuditEntry
{
    public const string Begun = "begun";

    public const string Accepted = "accepted";

    public const string RefusedPrefix = "refused: ";

    public const int MaxOutcomeLength = 256;

    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    public required string Action { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? QuarantineId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeliveryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    public required string Outcome { get; init; }

    public static string Refused(string why)
    {
        ArgumentNullException.ThrowIfNull(why);
        return RefusedPrefix.Length + why.Length <= MaxOutcomeLength ? RefusedPrefix + why : RefusedPrefix + why[..(MaxOutcomeLength - RefusedPrefix.Length - 1)] + "…";
    }
}

internal static class AuditActions
{
    public const string Redeliver = "redeliver";

    public const string Correct = "correction";

    public const string Repair = "repair";

    public const string SendNow = "send-now";

    public const string Cancel = "cancel";

    public const string Requeue = "requeue";

    public const string Discard = "discard";

    public const string ReadBody = "read-body";

    public const string Pause = "pause";

    public const string Resume = "resume";

    public const string Maintain = "maintain";

    // One entry for all of them, beside that of each change.
    public static string Bulk(string action) => $"bulk-{action}";
}

internal sealed record AuditFilter(DateTimeOffset From, DateTimeOffset To, string? PaymentId = null);

internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Continuation);

internal sealed class AuditLog(NotifyTable table)
{
    public const int MaxDaysOfAPage = 100;

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var row = AuditRow.Of(entry);
        try
        {
            await table.Rows.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == TableErrorCode.TableNotFound)
        {
            await table.Rows.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
            await table.Rows.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var first = DateOnly.FromDateTime(filter.From.UtcDateTime);
        var position = continuation is null ? DayPosition.Before(filter.To) : DayPosition.Read(continuation, filter.To);
        var entries = new List<AuditEntry>();
        for (var days = 1; position.Day >= first; days++)
        {
            if (days > MaxDaysOfAPage)
            {
                return new AuditPage(entries, position.ToString());
            }

            await foreach (var row in DayAsync(filter, position, max, cancellationToken).ConfigureAwait(false))
            {
                entries.Add(AuditRow.Read(row));
                position = position with { After = row.RowKey };
                if (entries.Count == max)
                {
                    return new AuditPage(entries, position.ToString());
                }
            }

            position = position.NextDay();
        }

        return new AuditPage(entries, null);
    }

    // Keys hold inverted ticks: later times have smaller keys. From is inclusive, To is not.
    private AsyncPageable<TableEntity> DayAsync(AuditFilter filter, DayPosition position, int max, CancellationToken cancellationToken)
    {
        var partition = AuditRow.PartitionOf(new DateTimeOffset(position.Day, TimeOnly.MinValue, TimeSpan.Zero));
        var after = position.After;
        var notBefore = DayPosition.KeyAfter(filter.From);
        var query = filter.PaymentId is { } paymentId
            ? TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after} and RowKey lt {notBefore} and PaymentId eq {paymentId}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after} and RowKey lt {notBefore}");
        return table.Queries.QueryAsync<TableEntity>(query, Math.Min(max, 1000), cancellationToken: cancellationToken);
    }
}

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
