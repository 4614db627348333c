using System.Net;
using Azure;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

// Repair and purge of the claims in a table, every write under the row's ETag.
internal sealed class TableClaimMaintenance : IClaimMaintenance
{
    // Every claim's key starts with the payment keys' prefix; "." follows "-".
    private const string FirstKey = "np-";
    private const string KeyAfterLast = "np.";

    private static readonly string[] _endedColumns =
    [
        RowProperties.PartitionKey, RowProperties.RowKey, ClaimRow.PaymentId, ClaimRow.DeliveryId, ClaimRow.Generation, ClaimRow.AcceptedAt, ClaimRow.EndedAt,
    ];

    private readonly TableClient _table;

    public TableClaimMaintenance(TableClient table) => _table = table;

    public async Task<Claim?> FindAsync(string deliveryId, CancellationToken cancellationToken) =>
        await ReadAsync(DeliveryIds.PaymentKeyOf(deliveryId), columns: null, cancellationToken).ConfigureAwait(false) is { } row ? ClaimRow.Read(row) : null;

    public async Task<Claim?> ReopenAsync(Claim seen, Claim replacement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(replacement);
        var change = replacement.History.LastOrDefault()?.Id ?? throw new ArgumentException("The replacement's history must end with its change.", nameof(replacement));
        while (true)
        {
            var row = await ReadAsync(DeliveryIds.ForPayment(seen.PaymentId), columns: null, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Payment {seen.PaymentId}: its claim was removed while it was being reopened.");
            var standing = ClaimRow.Read(row);
            if (standing.History.Any(made => made.Id == change))
            {
                // An earlier try whose answer was lost.
                return null;
            }

            if (standing.DeliveryId != seen.DeliveryId || standing.State != seen.State)
            {
                return standing;
            }

            try
            {
                // Replaced, not merged: an earlier end must go.
                var entity = ClaimRow.Of(replacement with { Duplicates = standing.Duplicates }, row.GetString(ClaimRow.InsertId) ?? string.Empty);
                await _table.UpdateEntityAsync(entity, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (RequestFailedException exception) when (Contention.IsLostRace(exception))
            {
                // Somebody counted a duplicate, ended or reopened the delivery: what stands now decides. The caller's
                // token ends this, and nobody writes one claim without end.
            }
        }
    }

    public async Task<EndedClaimPage> ListEndedAsync(DateTimeOffset endedBefore, int pageSize, string? continuation, CancellationToken cancellationToken)
    {
        // Times are kept as text of one form and zone, so that they compare as they are.
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {FirstKey} and PartitionKey lt {KeyAfterLast} and State ne {nameof(DeliveryState.Open)} and EndedAt lt {RowProperties.Format(endedBefore)}");
        await foreach (var page in _table.QueryAsync<TableEntity>(filter, pageSize, _endedColumns, cancellationToken).AsPages(continuation).ConfigureAwait(false))
        {
            return new EndedClaimPage([.. page.Values.Select(Read)], page.ContinuationToken);
        }

        return new EndedClaimPage([], null);
    }

    public async Task<bool> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var row = await ReadAsync(DeliveryIds.ForPayment(claim.PaymentId), [.. _endedColumns, RowProperties.State], cancellationToken).ConfigureAwait(false);
        if (row is null || row.DeliveryState() == DeliveryState.Open || Read(row) != claim)
        {
            return false;
        }

        try
        {
            await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    private async Task<TableEntity?> ReadAsync(string key, string[]? columns, CancellationToken cancellationToken)
    {
        var response = await _table.GetEntityIfExistsAsync<TableEntity>(key, key, columns, cancellationToken).ConfigureAwait(false);
        return response.HasValue ? response.Value : null;
    }

    private static EndedClaim Read(TableEntity row) => new(
        row.Text(ClaimRow.PaymentId), row.Text(ClaimRow.DeliveryId), row.Number(ClaimRow.Generation), row.Time(ClaimRow.AcceptedAt), row.Time(ClaimRow.EndedAt));
}
