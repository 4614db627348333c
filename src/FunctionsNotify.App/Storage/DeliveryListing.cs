using System.Buffers;
using System.Globalization;
using System.Net;
using Azure;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

internal sealed record DeliveryListFilter(IReadOnlyList<DeliveryState> States, string? ResultCode, DateTimeOffset From, DateTimeOffset To)
{
    // Of the payments with this acquirer's id; null for all.
    public string? PaymentRequestId { get; init; }
}

internal sealed record DeliveryListPage(IReadOnlyList<DeliveryIndexRow> Rows, string? Continuation)
{
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}

// Lists the index: the days of acceptance from the last to the first, each in the order of its keys. The
// service filters; one call asks for a bounded number of days and of the service's own pages.
internal sealed class DeliveryListing(NotifyTable table, int maxSegments = DeliveryListing.DefaultMaxSegments)
{
    public const int MaxDays = 31;

    // The most of the service's pages that one call reads: it may give an empty one after each thousand rows that it
    // passed.
    public const int DefaultMaxSegments = 40;

    private const int MaxSegmentSize = 1000;

    // A page: the latest acceptance first, those of one time in the order of their ids. A row that nobody changes is on
    // exactly one page, whatever is added or changed meanwhile. The work of one call is bounded, so a page may hold fewer
    // than asked for, even none, and still have a next one.
    public async Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var call = new Call(filter, max, maxSegments);
        var start = continuation is null ? new DeliveryPosition(filter.To.AddTicks(-1), string.Empty) : DeliveryPosition.Parse(continuation, filter);
        var (first, last) = (DayOf(start.AcceptedAt), DayOf(filter.From));
        for (var day = first; day >= last; day = day.AddDays(-1))
        {
            if (first.DayNumber - day.DayNumber == MaxDays)
            {
                return call.Page(BeginningOf(day));
            }

            try
            {
                if (await ReadDayAsync(call, day == first ? start : BeginningOf(day), cancellationToken).ConfigureAwait(false) is { } next)
                {
                    return call.Page(next);
                }
            }
            catch (RequestFailedException exception) when (start.Marker.Length > 0 && exception.Status == (int)HttpStatusCode.BadRequest)
            {
                throw new ArgumentException("The continuation is none that a page of this filter gave.", nameof(continuation), exception);
            }
        }

        return call.Page(next: null);
    }

    // Null when the day was read to its end.
    private async Task<DeliveryPosition?> ReadDayAsync(Call call, DeliveryPosition place, CancellationToken cancellationToken)
    {
        var segments = table.Queries
            .QueryAsync<TableEntity>(FilterOf(call.Filter, place), Math.Min(call.Room + 1, MaxSegmentSize), cancellationToken: cancellationToken)
            .AsPages(place.Marker.Length == 0 ? null : place.Marker);
        await foreach (var segment in segments.ConfigureAwait(false))
        {
            foreach (var entity in segment.Values)
            {
                if (call.Room == 0)
                {
                    return place;
                }

                place = call.Take(entity) ?? place;
            }

            if (segment.ContinuationToken is { } marker && call.IsSpent())
            {
                // The marker belongs to the query that gave it: a row taken since moves the place, and the query with it.
                return call.HasTaken(place) ? place : place with { Marker = marker };
            }
        }

        return null;
    }

    private static string FilterOf(DeliveryListFilter filter, DeliveryPosition place)
    {
        // A row's key holds inverted ticks: the table's own order is newest first. "~" follows what a key has behind them.
        var day = DayOf(place.AcceptedAt);
        var conditions = new List<string>
        {
            TableClient.CreateQueryFilter($"PartitionKey eq {IndexRow.PartitionOf(place.AcceptedAt)} and RowKey gt {IndexRow.KeyOf(place.DeliveryId, place.AcceptedAt)}"),
        };
        conditions.Add(TableClient.CreateQueryFilter($"RowKey lt {(day == DayOf(filter.From) ? IndexRow.KeyOf(string.Empty, filter.From)[..^1] + "~" : IndexRow.FirstOpenKey)}"));

        if (filter.States.Count > 0)
        {
            conditions.Add($"({string.Join(" or ", filter.States.Select(state => TableClient.CreateQueryFilter($"State eq {state.ToString()}")))})");
        }

        if (filter.ResultCode is { } code)
        {
            conditions.Add(TableClient.CreateQueryFilter($"LastResultCode eq {code}"));
        }

        if (filter.PaymentRequestId is { } request)
        {
            conditions.Add(TableClient.CreateQueryFilter($"PaymentRequestId eq {request}"));
        }

        return string.Join(" and ", conditions);
    }

    private static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    private static DeliveryPosition BeginningOf(DateOnly day) =>
        new(new DateTimeOffset(day, TimeOnly.MaxValue, TimeSpan.Zero), string.Empty);

    private sealed class Call(DeliveryListFilter filter, int max, int maxSegments)
    {
        private readonly List<DeliveryIndexRow> _rows = [];
        private readonly List<string> _unreadable = [];
        private int _segments;

        public DeliveryListFilter Filter => filter;

        public int Room => max - _rows.Count;

        public bool IsSpent() => ++_segments >= maxSegments;

        public bool HasTaken(DeliveryPosition place) => _rows.Count > 0 && _rows[^1].DeliveryId == place.DeliveryId && _rows[^1].AcceptedAt == place.AcceptedAt;

        public DeliveryPosition? Take(TableEntity entity)
        {
            try
            {
                var row = IndexRow.Read(entity);
                _rows.Add(row);
                return new DeliveryPosition(row.AcceptedAt, row.DeliveryId);
            }
            catch (InvalidOperationException fault)
            {
                // One row of another version must not hide the others.
                _unreadable.Add(fault.Message);
                return null;
            }
        }

        public DeliveryListPage Page(DeliveryPosition? next) => new(_rows, next?.ToString()) { Unreadable = _unreadable };
    }
}

internal sealed record DeliveryPosition(DateTimeOffset AcceptedAt, string DeliveryId, string Marker = "")
{
    private const int MaxMarkerLength = 2048;

    // What a delivery's id is made of; see DeliveryIds.
    private static readonly SearchValues<char> _id =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:~");

    public static DeliveryPosition Parse(string continuation, DeliveryListFilter filter)
    {
        return continuation.Split('/', 3) is [var ticks, var id, var marker]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at < filter.To.UtcTicks
            && at >= filter.From.UtcTicks
            && id.Length <= DeliveryIds.MaxLength
            && !id.AsSpan().ContainsAnyExcept(_id)
            && marker.Length <= MaxMarkerLength
            && !marker.AsSpan().ContainsAnyExceptInRange(' ', '~')
                ? new DeliveryPosition(new DateTimeOffset(at, TimeSpan.Zero), id, marker)
                : throw new ArgumentException("The continuation is none that a page of this filter gave.", nameof(continuation));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AcceptedAt.UtcTicks}/{DeliveryId}/{Marker}");
}
