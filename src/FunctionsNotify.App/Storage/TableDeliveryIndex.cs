using Azure.Data.Tables;

namespace FunctionsNotify.App;

// The index in a table. A late write of an older state never replaces a newer one: the sequence number decides, under
// the row's ETag.
internal sealed class TableDeliveryIndex : IDeliveryIndex
{
    private const int Tries = 12;

    private static readonly string[] _sequenceColumn = [RowProperties.PartitionKey, RowProperties.RowKey, IndexRow.Sequence];

    private readonly TableClient _table;
    private readonly TimeProvider _time;

    public TableDeliveryIndex(TableClient table, TimeProvider time)
    {
        _table = table;
        _time = time;
    }

    public async Task UpsertAsync(DeliveryIndexRow row, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var entity = IndexRow.Of(row);
        if (!await Contention.TryAsync(Tries, UpsertOnceAsync, _time, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Delivery {row.DeliveryId}: its index row changed {Tries} times while sequence {row.Sequence} was being written.");
        }

        async Task UpsertOnceAsync()
        {
            var standing = await _table.GetEntityIfExistsAsync<TableEntity>(entity.PartitionKey, entity.RowKey, _sequenceColumn, cancellationToken).ConfigureAwait(false);
            if (!standing.HasValue)
            {
                await _table.AddEntityAsync(entity, cancellationToken).ConfigureAwait(false);
            }
            else if (standing.Value!.LongNumber(IndexRow.Sequence) <= row.Sequence)
            {
                // Replaced, not merged: what the newer state no longer has must go.
                await _table.UpdateEntityAsync(entity, standing.Value!.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async Task<DeliveryIndexRow?> GetAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken)
    {
        var response = await _table.GetEntityIfExistsAsync<TableEntity>(
            IndexRow.PartitionOf(acceptedAt), IndexRow.KeyOf(deliveryId, acceptedAt), cancellationToken: cancellationToken).ConfigureAwait(false);
        return response.HasValue ? IndexRow.Read(response.Value!) : null;
    }
}
