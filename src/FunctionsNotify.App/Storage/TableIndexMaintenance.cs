using System.Net;
using Azure;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

internal sealed class TableIndexMaintenance : IDeliveryIndexMaintenance
{
    private static readonly string[] _standColumns = [RowProperties.PartitionKey, RowProperties.RowKey, IndexRow.Sequence, IndexRow.StartingSince];

    private readonly TableClient _table;

    public TableIndexMaintenance(TableClient table) => _table = table;

    public async Task<DeliveryIndexPage> ListOverdueAsync(DateOnly day, DateTimeOffset dueBefore, int pageSize, string? continuation, CancellationToken cancellationToken)
    {
        // Times are kept as text of one form and zone, so that they compare as they are. A row's key holds inverted ticks:
        // the table's own order is newest first.
        var partition = IndexRow.PartitionOf(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and State eq {nameof(DeliveryState.Open)} and NextDueAt lt {RowProperties.Format(dueBefore)}");
        await foreach (var page in _table.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancellationToken).AsPages(continuation).ConfigureAwait(false))
        {
            return Read(page);
        }

        return new DeliveryIndexPage([], [], null);
    }

    public async Task<bool> RemoveAsync(DeliveryIndexRow row, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (partition, key) = (IndexRow.PartitionOf(row.AcceptedAt), IndexRow.KeyOf(row.DeliveryId, row.AcceptedAt));
        var standing = await _table.GetEntityIfExistsAsync<TableEntity>(partition, key, _standColumns, cancellationToken).ConfigureAwait(false);
        // A preparation that is made again has the sequence number of the one before.
        if (!standing.HasValue
            || standing.Value!.LongNumber(IndexRow.Sequence) != row.Sequence
            || standing.Value!.TimeOrNull(IndexRow.StartingSince) != row.StartingSince)
        {
            return false;
        }

        try
        {
            await _table.DeleteEntityAsync(partition, key, standing.Value!.ETag, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    public Task RemoveAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken) =>
        _table.DeleteEntityAsync(IndexRow.PartitionOf(acceptedAt), IndexRow.KeyOf(deliveryId, acceptedAt), ETag.All, cancellationToken);

    private static DeliveryIndexPage Read(Page<TableEntity> page)
    {
        var rows = new List<DeliveryIndexRow>(page.Values.Count);
        var unreadable = new List<string>();
        foreach (var entity in page.Values)
        {
            try
            {
                rows.Add(IndexRow.Read(entity));
            }
            catch (InvalidOperationException fault)
            {
                // One row of another version must not hide the others.
                unreadable.Add(fault.Message);
            }
        }

        return new DeliveryIndexPage(rows, unreadable, page.ContinuationToken);
    }
}
