using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace FunctionsNotify.App;

internal sealed class TableAuditLog : IAuditLog
{
    public const int MaxDaysOfAPage = 100;

    private readonly TableClient _table;

    public TableAuditLog(TableClient table) => _table = table;

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var row = AuditRow.Of(entry);
        try
        {
            await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException fault) when (fault.ErrorCode == TableErrorCode.TableNotFound)
        {
            await _table.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
            await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
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
        return _table.QueryAsync<TableEntity>(query, Math.Min(max, 1000), cancellationToken: cancellationToken);
    }
}
