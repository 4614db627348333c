using System.Runtime.ExceptionServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// A row for each delivery that did not succeed at its first attempt, and a copy of it while the delivery is open, in a key
// range of its own. Lists read the rows; the sweeper and the gauges read the copies, which are few, however many have ended.
// A late write of an older state never replaces a newer one: the sequence number decides, under the row's ETag. The copy is
// written in the row's transaction, so that what guards the row guards it too.
internal sealed class DeliveryIndex(NotifyTable table, TimeProvider time, ILogger<DeliveryIndex> logger)
{
    // How many days of acceptance sweeper and counts look back: beyond the longest delivery and the default retention of
    // history.
    public const int LookbackDays = 40;

    public const int MaxCountedPages = 200;

    // A day that takes longer is left to a later look, so that one whose rows cannot be read hides no other.
    public static readonly TimeSpan LongestDay = TimeSpan.FromSeconds(20);

    private const int Tries = 12;

    // A delivery's sequence after its first attempt.
    private const long FirstSequence = 1;
    private const int PageSize = 1000;

    private static readonly string[] _standColumns = [RowProperties.PartitionKey, RowProperties.RowKey, IndexRow.Sequence, IndexRow.StartingSince];
    private static readonly string[] _openColumns = [RowProperties.PartitionKey, RowProperties.RowKey, IndexRow.NextDueAt, IndexRow.AcceptedAt];
    private static readonly string[] _stateColumns = [RowProperties.PartitionKey, RowProperties.RowKey, RowProperties.State];

    private static readonly string _open = TableClient.CreateQueryFilter($"RowKey ge {IndexRow.FirstOpenKey} and RowKey lt {IndexRow.KeyAfterOpen}");

    public async Task UpsertAsync(DeliveryIndexRow row, CancellationToken cancellationToken)
    {
        var (entity, isOpen) = (IndexRow.Of(row), row.State == DeliveryState.Open);
        var copyKey = IndexRow.OpenKeyOf(entity.RowKey);

        // What most likely stands is not looked for before: no row, or, at a later end, that of the open delivery.
        TableTransactionAction? likely = row.Sequence <= FirstSequence ? new(TableTransactionActionType.Add, entity)
            : isOpen ? null
            : new(TableTransactionActionType.UpsertReplace, entity);
        if (likely is not null && await TryAsync(With(likely, hasCopy: row.Sequence > FirstSequence), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (!await Contention.TryAsync(Tries, UpsertOnceAsync, time, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Delivery {row.DeliveryId}: its index row changed {Tries} times while sequence {row.Sequence} was being written.");
        }

        async Task UpsertOnceAsync()
        {
            var standing = await FindAsync(entity.PartitionKey, entity.RowKey, cancellationToken).ConfigureAwait(false);
            // An end is the delivery's last word: whatever stands is older.
            if (standing is not null && isOpen && standing.LongNumber(IndexRow.Sequence) > row.Sequence)
            {
                return;
            }

            // Read after the row: while that stands, so does what is found here.
            var hasCopy = !isOpen && await FindAsync(entity.PartitionKey, copyKey, cancellationToken).ConfigureAwait(false) is not null;
            // Replaced, not merged: what the newer state no longer has must go.
            var write = standing is null
                ? new TableTransactionAction(TableTransactionActionType.Add, entity)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, standing.ETag);
            await table.Rows.SubmitTransactionAsync(With(write, hasCopy), cancellationToken).ConfigureAwait(false);
        }

        IEnumerable<TableTransactionAction> With(TableTransactionAction write, bool hasCopy) => isOpen
            ? [write, new(TableTransactionActionType.UpsertReplace, IndexRow.OpenOf(row))]
            : hasCopy ? [write, new(TableTransactionActionType.Delete, new TableEntity(entity.PartitionKey, copyKey), ETag.All)] : [write];
    }

    // False where another was faster, or what was to be there is not.
    private async Task<bool> TryAsync(IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            await table.Rows.SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (Contention.IsLostRace(exception))
        {
            return false;
        }
    }

    private async Task<TableEntity?> FindAsync(string partition, string key, CancellationToken cancellationToken)
    {
        var response = await table.Rows.GetEntityIfExistsAsync<TableEntity>(partition, key, _standColumns, cancellationToken).ConfigureAwait(false);
        return response.HasValue ? response.Value : null;
    }

    public async Task<DeliveryIndexRow?> GetAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken)
    {
        var response = await table.Rows.GetEntityIfExistsAsync<TableEntity>(
            IndexRow.PartitionOf(acceptedAt), IndexRow.KeyOf(deliveryId, acceptedAt), cancellationToken: cancellationToken).ConfigureAwait(false);
        return response.HasValue ? IndexRow.Read(response.Value!) : null;
    }

    // Removes a row with its copy, only while it is of the sequence number and the start that the caller saw: a newer state
    // stays, and so does a preparation that was made again.
    public async Task<bool> RemoveAsync(DeliveryIndexRow row, CancellationToken cancellationToken)
    {
        var (partition, key) = (IndexRow.PartitionOf(row.AcceptedAt), IndexRow.KeyOf(row.DeliveryId, row.AcceptedAt));
        var standing = await FindAsync(partition, key, cancellationToken).ConfigureAwait(false);
        var copy = await FindAsync(partition, IndexRow.OpenKeyOf(key), cancellationToken).ConfigureAwait(false);
        // A preparation that is made again has the sequence number of the one before.
        return (standing ?? copy) is { } seen
            && seen.LongNumber(IndexRow.Sequence) == row.Sequence
            && seen.TimeOrNull(IndexRow.StartingSince) == row.StartingSince
            && await TryAsync(Removal(standing, copy), cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken)
    {
        var (partition, key) = (IndexRow.PartitionOf(acceptedAt), IndexRow.KeyOf(deliveryId, acceptedAt));
        if (!await Contention.TryAsync(Tries, RemoveOnceAsync, time, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Delivery {deliveryId}: its index row changed {Tries} times while it was being removed.");
        }

        async Task RemoveOnceAsync()
        {
            if (await FindAsync(partition, key, cancellationToken).ConfigureAwait(false) is { } standing)
            {
                var copy = await FindAsync(partition, IndexRow.OpenKeyOf(key), cancellationToken).ConfigureAwait(false);
                await table.Rows.SubmitTransactionAsync(Removal(standing, copy), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<TableTransactionAction> Removal(params TableEntity?[] rows) =>
        rows.OfType<TableEntity>().Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag));

    private static string OpenIn(string partition) => $"{TableClient.CreateQueryFilter($"PartitionKey eq {partition}")} and {_open}";

    public async Task<DeliveryIndexPage> ListOverdueAsync(DateOnly day, DateTimeOffset dueBefore, int pageSize, string? continuation, CancellationToken cancellationToken)
    {
        // Times are kept as text of one form and zone, so that they compare as they are. A row's key holds inverted ticks:
        // the table's own order is newest first.
        var partition = IndexRow.PartitionOf(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
        var filter = $"{OpenIn(partition)} and {TableClient.CreateQueryFilter($"NextDueAt lt {RowProperties.Format(dueBefore)}")}";
        await foreach (var page in table.Queries.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancellationToken).AsPages(continuation).ConfigureAwait(false))
        {
            return Read(page);
        }

        return new DeliveryIndexPage([], [], null);
    }

    // The open deliveries, as the index knows them: one whose first attempt is being made is not among them.
    public async Task<DeliveryStatistics> CountOpenAsync(DateTimeOffset now, CancellationToken cancellationToken, int maxPages = MaxCountedPages)
    {
        var open = 0;
        DateTimeOffset? due = null, accepted = null;
        var isComplete = await WalkAsync(now, _openColumns, FilterOf, Count, maxPages, cancellationToken).ConfigureAwait(false);
        return new DeliveryStatistics(open, due, isComplete) { EarliestAcceptedAt = accepted };

        static string FilterOf(DateTimeOffset day) => OpenIn(IndexRow.PartitionOf(day));

        void Count(IReadOnlyList<TableEntity> rows)
        {
            open += rows.Count;
            due = Earlier(due, rows.Min(static row => TimeOf(row, IndexRow.NextDueAt)));
            // A redelivery of an old payment is no payment that waits since then.
            accepted = Earlier(accepted, rows.Where(static row => DeliveryIds.GenerationOf(row.RowKey) == 1).Min(static row => TimeOf(row, IndexRow.AcceptedAt)));
        }
    }

    public async Task<DeliveryCounts> CountAsync(DateTimeOffset acceptedFrom, DateTimeOffset dueBefore, CancellationToken cancellationToken, int maxPages = MaxCountedPages)
    {
        var overdue = 0;
        var ended = new Dictionary<DeliveryState, int>();
        var isComplete = await WalkAsync(time.GetUtcNow(), _stateColumns, FilterOf, Count, maxPages, cancellationToken).ConfigureAwait(false);
        return new DeliveryCounts(overdue, ended, isComplete);

        string FilterOf(DateTimeOffset day)
        {
            var filters = new List<string> { $"{_open} and {TableClient.CreateQueryFilter($"NextDueAt lt {RowProperties.Format(dueBefore)}")}" };
            if (day.UtcDateTime.Date >= acceptedFrom.UtcDateTime.Date)
            {
                filters.Add(TableClient.CreateQueryFilter($"RowKey lt {IndexRow.FirstOpenKey} and State ne {nameof(DeliveryState.Open)} and AcceptedAt ge {RowProperties.Format(acceptedFrom)}"));
            }

            var partition = TableClient.CreateQueryFilter($"PartitionKey eq {IndexRow.PartitionOf(day)}");
            // A range of keys is one to the service only where it stands alone.
            return filters is [var overdueOnly] ? $"{partition} and {overdueOnly}" : $"{partition} and (({string.Join(") or (", filters)}))";
        }

        void Count(IReadOnlyList<TableEntity> rows)
        {
            foreach (var row in rows)
            {
                // A state that this version does not know is none of these.
                if (!Enum.TryParse<DeliveryState>(row.GetString(RowProperties.State), out var state))
                {
                    continue;
                }

                if (state == DeliveryState.Open)
                {
                    overdue++;
                }
                else
                {
                    ended[state] = ended.GetValueOrDefault(state) + 1;
                }
            }
        }
    }

    // A fault in one day, or its slowness, costs that day only, and is given back.
    public async Task<Exception?> TryDayAsync(DateTimeOffset day, Func<CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(LongestDay, time, cancellationToken);
        try
        {
            await read(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the other days are read.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.DayUnread(logger, fault, IndexRow.PartitionOf(day));
            return fault;
        }
    }

    // Looks through the days, the newest first, in a bounded number of the service's pages; false when that was not all.
    private async Task<bool> WalkAsync(
        DateTimeOffset now, string[] columns, Func<DateTimeOffset, string> filterOf, Action<IReadOnlyList<TableEntity>> take, int maxPages, CancellationToken cancellationToken)
    {
        var (pages, read) = (0, 0);
        Exception? fault = null;

        // A row's day is that of its acceptance; those of tomorrow come from clocks that are ahead.
        for (var back = -1; back <= LookbackDays && pages < maxPages; back++)
        {
            var day = now.AddDays(-back);
            var isWhole = false;
            fault = await TryDayAsync(day, async token =>
            {
                await foreach (var page in table.Queries.QueryAsync<TableEntity>(filterOf(day), PageSize, columns, token).AsPages().ConfigureAwait(false))
                {
                    take(page.Values);
                    isWhole = page.ContinuationToken is null;
                    if (++pages == maxPages)
                    {
                        return;
                    }
                }
            }, cancellationToken).ConfigureAwait(false) ?? fault;
            read += isWhole ? 1 : 0;
        }

        if (read == 0 && fault is not null)
        {
            // What knows nothing of any day must not look like a count.
            ExceptionDispatchInfo.Throw(fault);
        }

        return read == LookbackDays + 2;
    }

    private static DeliveryIndexPage Read(Page<TableEntity> page)
    {
        var (rows, unreadable) = RowProperties.ReadEach(page.Values, IndexRow.Read);
        return new DeliveryIndexPage(rows, unreadable, page.ContinuationToken);
    }

    // A row whose time cannot be read is of another version, and open.
    private static DateTimeOffset? TimeOf(TableEntity row, string property)
    {
        try
        {
            return row.TimeOrNull(property);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null ? one : one < other ? one : other;
}

internal sealed record DeliveryIndexPage(IReadOnlyList<DeliveryIndexRow> Rows, IReadOnlyList<string> Unreadable, string? Continuation);

internal sealed record DeliveryStatistics(int Open, DateTimeOffset? EarliestDueAt, bool IsComplete)
{
    public DateTimeOffset? EarliestAcceptedAt { get; init; }

    public TimeSpan OverdueAt(DateTimeOffset now) => Since(EarliestDueAt, now);

    public TimeSpan UnacknowledgedAt(DateTimeOffset now) => Since(EarliestAcceptedAt, now);

    private static TimeSpan Since(DateTimeOffset? then, DateTimeOffset now) => then is { } time && time < now ? now - time : TimeSpan.Zero;
}

internal sealed record DeliveryCounts(int Overdue, IReadOnlyDictionary<DeliveryState, int> Ended, bool IsComplete);
