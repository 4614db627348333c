using System.Net;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// One row per payment. Its insert decides who delivers, whatever runs at the same time; every later write is under the
// row's ETag and only while the delivery is the writer's own. Every call may be repeated; infrastructure faults throw.
internal sealed class Claims(NotifyTable table, TimeProvider time, ILogger<Claims> logger)
{
    private const int FinishTries = 12;
    private const int CountTries = 16;

    // Every claim's key starts with the payment keys' prefix; "." follows "-".
    private const string FirstKey = "np-";
    private const string KeyAfterLast = "np.";

    // A selection leaves out even the keys unless it names them.
    private static readonly string[] _standColumns =
    [
        RowProperties.PartitionKey, RowProperties.RowKey, ClaimRow.DeliveryId, RowProperties.State, ClaimRow.EndedAt, ClaimRow.History, ClaimRow.Duplicates,
    ];

    private static readonly string[] _endedColumns =
    [
        RowProperties.PartitionKey, RowProperties.RowKey, ClaimRow.PaymentId, ClaimRow.DeliveryId, ClaimRow.Generation, ClaimRow.AcceptedAt, ClaimRow.EndedAt,
    ];

    // The claim that stands, null when it is this one; then with the tag of its insert.
    public async Task<(Claim? Standing, string? Tag)> TryInsertAsync(Claim claim, CancellationToken cancellationToken)
    {
        var insertId = Guid.NewGuid().ToString("N");
        try
        {
            var answer = await table.Rows.AddEntityAsync(ClaimRow.Of(claim, insertId), cancellationToken).ConfigureAwait(false);
            return (null, answer?.Headers.ETag?.ToString());
        }
        catch (RequestFailedException exception) when (Contention.IsExisting(exception))
        {
            var standing = await ReadAsync(claim.PaymentId, columns: null, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Payment {claim.PaymentId}: its claim was removed while it was being claimed.", exception);

            // The SDK sends an insert again when its answer is lost, and then meets its own row.
            return standing.GetString(ClaimRow.InsertId) == insertId ? (null, standing.ETag.ToString()) : (Read(standing, claim.PaymentId), null);
        }
    }

    public async Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken) =>
        await ReadAsync(paymentId, columns: null, cancellationToken).ConfigureAwait(false) is { } row ? Read(row, paymentId) : null;

    // The claim that a delivery belongs to, whichever delivery it names now.
    public async Task<Claim?> FindAsync(string deliveryId, CancellationToken cancellationToken) =>
        await ReadRowAsync(DeliveryIds.PaymentKeyOf(deliveryId), columns: null, cancellationToken).ConfigureAwait(false) is { } row ? ClaimRow.Read(row) : null;

    // Whether a delivery is its payment's and has not ended, as the claim stands now.
    public async Task<bool> IsOpenAsync(string deliveryId, CancellationToken cancellationToken) =>
        await FindAsync(deliveryId, cancellationToken).ConfigureAwait(false) is { State: DeliveryState.Open } claim && claim.DeliveryId == deliveryId;

    public async Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken)
    {
        var counted = await Contention.TryAsync(CountTries, CountOnceAsync, time, cancellationToken).ConfigureAwait(false);
        if (!counted)
        {
            Logs.DuplicateNotCounted(logger, paymentId, CountTries);
        }

        async Task CountOnceAsync()
        {
            if (await ReadAsync(paymentId, _standColumns, cancellationToken).ConfigureAwait(false) is { } row)
            {
                var change = new TableEntity(row.PartitionKey, row.RowKey) { [ClaimRow.Duplicates] = row.Number(ClaimRow.Duplicates) + 1 };
                await table.Rows.UpdateEntityAsync(change, row.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Merges a delivery's end, only while the claim is its own and open, and gives the end that stands: the first that was
    // merged. Under the tag of the claim's insert nothing is read, unless the row has changed since.
    public async Task<RecordedEnd> FinishAsync(string paymentId, string deliveryId, RecordedEnd end, string? insertTag, CancellationToken cancellationToken)
    {
        if (end.State == DeliveryState.Open)
        {
            throw new ArgumentException("A delivery ends in a final state.", nameof(end));
        }

        var key = DeliveryIds.ForPayment(paymentId);
        try
        {
            if (insertTag is not null)
            {
                await MergeAsync(new ETag(insertTag)).ConfigureAwait(false);
                return end;
            }
        }
        catch (RequestFailedException exception) when (Contention.IsLostRace(exception))
        {
            // A duplicate was counted, or an earlier run was here.
        }

        var standing = end;
        var finished = await Contention.TryAsync(FinishTries, FinishOnceAsync, time, cancellationToken).ConfigureAwait(false);
        return finished ? standing : throw new InvalidOperationException($"Payment {paymentId}: its claim changed {FinishTries} times while delivery {deliveryId} was being finished.");

        async Task FinishOnceAsync()
        {
            var row = await ReadRowAsync(key, _standColumns, cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                Logs.ClaimMissing(logger, paymentId, deliveryId, end.State);
            }
            else if (ClaimRow.EndOf(row, deliveryId) is { } found)
            {
                standing = found;
            }
            else if (row.Text(ClaimRow.DeliveryId) == deliveryId)
            {
                await MergeAsync(row.ETag).ConfigureAwait(false);
            }
        }

        Task MergeAsync(ETag tag) => table.Rows.UpdateEntityAsync(
            new TableEntity(key, key) { [RowProperties.State] = end.State.ToString(), [ClaimRow.EndedAt] = RowProperties.Format(end.EndedAt) }, tag, TableUpdateMode.Merge, cancellationToken);
    }

    // The end that stands for a delivery; null while it is open, and where nothing is known of it.
    public async Task<RecordedEnd?> FindEndAsync(string paymentId, string deliveryId, CancellationToken cancellationToken) =>
        await ReadAsync(paymentId, _standColumns, cancellationToken).ConfigureAwait(false) is { } row ? ClaimRow.EndOf(row, deliveryId) : null;

    // Replaces a claim, broken or final, by one that is open under a new delivery, only while delivery and state are those
    // that the caller saw; null when the replacement stands, else the claim that does. The count of duplicates stays the
    // standing claim's. Two callers may mean the same new delivery id with another body or key: the id of the
    // replacement's newest change tells whose stands.
    public async Task<Claim?> ReopenAsync(Claim seen, Claim replacement, CancellationToken cancellationToken)
    {
        var change = replacement.History.LastOrDefault()?.Id ?? throw new ArgumentException("The replacement's history must end with its change.", nameof(replacement));
        while (true)
        {
            var row = await ReadAsync(seen.PaymentId, columns: null, cancellationToken).ConfigureAwait(false)
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
                await table.Rows.UpdateEntityAsync(entity, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
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
        await foreach (var page in table.Queries.QueryAsync<TableEntity>(filter, pageSize, _endedColumns, cancellationToken).AsPages(continuation).ConfigureAwait(false))
        {
            var (ended, unreadable) = RowProperties.ReadEach(page.Values, ReadEnded);
            return new EndedClaimPage(ended, unreadable, page.ContinuationToken);
        }

        return new EndedClaimPage([], [], null);
    }

    // False when the claim is no longer the one that was listed.
    public async Task<bool> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken)
    {
        var row = await ReadAsync(claim.PaymentId, [.. _endedColumns, RowProperties.State], cancellationToken).ConfigureAwait(false);
        if (row is null || row.DeliveryState() == DeliveryState.Open || ReadEnded(row) != claim)
        {
            return false;
        }

        try
        {
            await table.Rows.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    private Task<TableEntity?> ReadAsync(string paymentId, string[]? columns, CancellationToken cancellationToken) =>
        ReadRowAsync(DeliveryIds.ForPayment(paymentId), columns, cancellationToken);

    private async Task<TableEntity?> ReadRowAsync(string key, string[]? columns, CancellationToken cancellationToken)
    {
        var response = await table.Rows.GetEntityIfExistsAsync<TableEntity>(key, key, columns, cancellationToken).ConfigureAwait(false);
        return response.HasValue ? response.Value : null;
    }

    private static Claim Read(TableEntity row, string paymentId)
    {
        var claim = ClaimRow.Read(row);
        return claim.PaymentId == paymentId
            ? claim
            : throw new InvalidOperationException($"Row {row.RowKey} is another payment's claim.");
    }

    private static EndedClaim ReadEnded(TableEntity row) => new(
        row.Text(ClaimRow.PaymentId), row.Text(ClaimRow.DeliveryId), row.Number(ClaimRow.Generation), row.Time(ClaimRow.AcceptedAt), row.Time(ClaimRow.EndedAt));
}
