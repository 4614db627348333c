using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Claims in a table: the insert of one row per payment decides, whatever runs at the same time; every later write is
// under the row's ETag and only while the delivery is the writer's own.
internal sealed class TableClaimStore : IClaimStore
{
    private const int FinishTries = 12;
    private const int CountTries = 16;

    // A selection leaves out even the keys unless it names them.
    private static readonly string[] _standColumns = [RowProperties.PartitionKey, RowProperties.RowKey, ClaimRow.DeliveryId, RowProperties.State, ClaimRow.Duplicates];

    private readonly TableClient _table;
    private readonly TimeProvider _time;
    private readonly ILogger<TableClaimStore> _logger;

    public TableClaimStore(TableClient table, TimeProvider time, ILogger<TableClaimStore> logger)
    {
        _table = table;
        _time = time;
        _logger = logger;
    }

    public async Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var insertId = Guid.NewGuid().ToString("N");
        try
        {
            await _table.AddEntityAsync(ClaimRow.Of(claim, insertId), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (RequestFailedException exception) when (Contention.IsExisting(exception))
        {
            var standing = await ReadAsync(claim.PaymentId, columns: null, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Payment {claim.PaymentId}: its claim was removed while it was being claimed.", exception);

            // The SDK sends an insert again when its answer is lost, and then meets its own row.
            return standing.GetString(ClaimRow.InsertId) == insertId ? null : Read(standing, claim.PaymentId);
        }
    }

    public async Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken) =>
        await ReadAsync(paymentId, columns: null, cancellationToken).ConfigureAwait(false) is { } row ? Read(row, paymentId) : null;

    public async Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken)
    {
        var counted = await Contention.TryAsync(CountTries, CountOnceAsync, _time, cancellationToken).ConfigureAwait(false);
        if (!counted)
        {
            StorageLogs.DuplicateNotCounted(_logger, paymentId, CountTries);
        }

        async Task CountOnceAsync()
        {
            if (await ReadAsync(paymentId, _standColumns, cancellationToken).ConfigureAwait(false) is { } row)
            {
                var change = new TableEntity(row.PartitionKey, row.RowKey) { [ClaimRow.Duplicates] = row.Number(ClaimRow.Duplicates) + 1 };
                await _table.UpdateEntityAsync(change, row.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        if (state == DeliveryState.Open)
        {
            throw new ArgumentException("A delivery ends in a final state.", nameof(state));
        }

        var finished = await Contention.TryAsync(FinishTries, FinishOnceAsync, _time, cancellationToken).ConfigureAwait(false);
        if (!finished)
        {
            throw new InvalidOperationException($"Payment {paymentId}: its claim changed {FinishTries} times while delivery {deliveryId} was being finished.");
        }

        async Task FinishOnceAsync()
        {
            var row = await ReadAsync(paymentId, _standColumns, cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                StorageLogs.ClaimMissing(_logger, paymentId, deliveryId, state);
                return;
            }

            // The first final state stands: a repeated write changes nothing, a different one would contradict an outcome.
            if (row.Text(ClaimRow.DeliveryId) == deliveryId && row.DeliveryState() == DeliveryState.Open)
            {
                var change = new TableEntity(row.PartitionKey, row.RowKey)
                {
                    [RowProperties.State] = state.ToString(),
                    [ClaimRow.EndedAt] = RowProperties.Format(endedAt),
                };
                await _table.UpdateEntityAsync(change, row.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<TableEntity?> ReadAsync(string paymentId, string[]? columns, CancellationToken cancellationToken)
    {
        var key = DeliveryIds.ForPayment(paymentId);
        var response = await _table.GetEntityIfExistsAsync<TableEntity>(key, key, columns, cancellationToken).ConfigureAwait(false);
        return response.HasValue ? response.Value : null;
    }

    private static Claim Read(TableEntity row, string paymentId)
    {
        var claim = ClaimRow.Read(row);
        return claim.PaymentId == paymentId
            ? claim
            : throw new InvalidOperationException($"Row {row.RowKey} is another payment's claim.");
    }
}
