using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App;

internal sealed record QuarantineFilter(MessageState? State = null, QuarantineStatus? Status = null, string? PaymentId = null)
{
    public bool Matches(QuarantineRecord record) =>
        (State is null || State == record.State)
        && (Status is null || Status == record.Status)
        && (PaymentId is null || string.Equals(PaymentId, record.PaymentId, StringComparison.Ordinal));
}

internal sealed record QuarantinePage(IReadOnlyList<QuarantineRecord> Records, IReadOnlyList<string> Unreadable, string? Continuation);

// Pages of records, newest first: the days from the last to the first, of each day those that wait and then those that
// are resolved, in the order of their names. One page looks at a bounded number of blobs, however few of them match.
internal sealed class QuarantineListing(BlobContainerClient container, Func<string, CancellationToken, Task<StoredQuarantineRecord?>> read)
{
    private const int SegmentSize = 500;
    private const int MaxLookedAt = 5000;
    private const int ReadAtOnce = 8;

    public async Task<QuarantinePage> ReadAsync(QuarantineFilter filter, int max, QuarantinePosition? from, CancellationToken cancellationToken)
    {
        var page = new Page(filter, max);
        foreach (var place in (await PlacesAsync(filter.Status, cancellationToken).ConfigureAwait(false)).Where(place => from is null || QuarantinePosition.Compare(place, from.Place) >= 0))
        {
            var start = from is not null && from.Place == place ? from : new QuarantinePosition(place, string.Empty, string.Empty);
            if (await ReadPlaceAsync(page, start, cancellationToken).ConfigureAwait(false) is { } next)
            {
                return page.ToResult(next);
            }
        }

        return page.ToResult(next: null);
    }

    private async Task<List<string>> PlacesAsync(QuarantineStatus? status, CancellationToken cancellationToken)
    {
        var places = await QuarantineStore.PlacesAsync(container, prefix: null, cancellationToken).ConfigureAwait(false);
        if (status is null || QuarantineStore.IsResolved(status.Value))
        {
            places.AddRange(await QuarantineStore.PlacesAsync(container, QuarantineStore.ResolvedPrefix, cancellationToken).ConfigureAwait(false));
        }

        places.Sort(QuarantinePosition.Compare);
        return places;
    }

    private async Task<QuarantinePosition?> ReadPlaceAsync(Page page, QuarantinePosition start, CancellationToken cancellationToken)
    {
        var marker = start.Marker;
        var segments = container
            .GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = start.Place + "/" }, cancellationToken)
            .AsPages(marker.Length == 0 ? null : marker, SegmentSize);
        await foreach (var segment in segments.ConfigureAwait(false))
        {
            var unread = segment.Values.Where(blob => string.CompareOrdinal(blob.Name, start.Last) > 0).ToList();
            for (var next = 0; next < unread.Count;)
            {
                if (page.IsFull)
                {
                    return new QuarantinePosition(start.Place, marker, next == 0 ? start.Last : unread[next - 1].Name);
                }

                next += await page.TakeAsync(unread, next, read, cancellationToken).ConfigureAwait(false);
            }

            marker = segment.ContinuationToken ?? string.Empty;
        }

        return null;
    }

    private sealed class Page(QuarantineFilter filter, int max)
    {
        private readonly List<QuarantineRecord> _records = [];
        private readonly List<string> _unreadable = [];
        private int _lookedAt;

        public bool IsFull => _records.Count + _unreadable.Count >= max || _lookedAt >= MaxLookedAt;

        public QuarantinePage ToResult(QuarantinePosition? next) => new(_records, _unreadable, next?.ToString());

        public async Task<int> TakeAsync(
            List<BlobItem> blobs, int start, Func<string, CancellationToken, Task<StoredQuarantineRecord?>> read, CancellationToken cancellationToken)
        {
            var room = Math.Min(ReadAtOnce, max - _records.Count - _unreadable.Count);
            var names = new List<string>(room);
            var end = start;
            while (end < blobs.Count && names.Count < room && _lookedAt < MaxLookedAt)
            {
                var blob = blobs[end++];
                _lookedAt++;
                if (QuarantineRecord.IsId(QuarantineStore.IdOf(blob.Name)) && QuarantineMetadata.MayMatch(blob.Metadata, filter))
                {
                    names.Add(blob.Name);
                }
            }

            var found = await Task.WhenAll(names.Select(name => TryReadAsync(name, read, cancellationToken))).ConfigureAwait(false);
            _unreadable.AddRange(names.Where((_, index) => found[index].IsUnreadable).Select(QuarantineStore.IdOf));
            _records.AddRange(found.Select(each => each.Record).OfType<QuarantineRecord>().Where(filter.Matches));
            return end - start;
        }

        private static async Task<(QuarantineRecord? Record, bool IsUnreadable)> TryReadAsync(
            string name, Func<string, CancellationToken, Task<StoredQuarantineRecord?>> read, CancellationToken cancellationToken)
        {
            try
            {
                return ((await read(name, cancellationToken).ConfigureAwait(false))?.Record, false);
            }
            catch (InvalidDataException)
            {
                return (null, true);
            }
        }
    }
}

// Where a page ended: after a record, in the service's segment that held it.
internal sealed record QuarantinePosition(string Place, string Marker, string Last)
{
    private const int MaxLength = 4096;

    public static QuarantinePosition? Parse(string? continuation)
    {
        if (continuation is null)
        {
            return null;
        }

        try
        {
            if (continuation.Length <= MaxLength
                && Base64Url.IsValid(continuation)
                && JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(continuation)) is [{ } place, { } marker, { } last]
                && IsPlace(place)
                && (last.Length == 0 || QuarantineRecord.IsId(QuarantineStore.IdOf(last))))
            {
                return new QuarantinePosition(place, marker, last);
            }
        }
        catch (JsonException)
        {
            // Refused below.
        }

        throw new ArgumentException("must be the token of the page before", nameof(continuation));
    }

    public static string DayOf(string place) => QuarantineStore.IdOf(place);

    public static int Compare(string left, string right) =>
        string.CompareOrdinal(DayOf(right), DayOf(left)) is var order and not 0 ? order : left.Length.CompareTo(right.Length);

    public static bool IsPlace(string text) => DateTime.TryParseExact(DayOf(text), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<string[]>([Place, Marker, Last])));
}
