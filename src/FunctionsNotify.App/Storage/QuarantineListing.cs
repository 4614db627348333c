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

// Pages of records, newest first: the days from the last to the first, and each day in the order of its names. One page
// looks at a bounded number of blobs, however few of them match.
internal sealed class QuarantineListing(BlobContainerClient container, Func<string, CancellationToken, Task<StoredQuarantineRecord?>> read)
{
    private const int SegmentSize = 500;
    private const int MaxLookedAt = 5000;
    private const int ReadAtOnce = 8;

    public async Task<QuarantinePage> ReadAsync(QuarantineFilter filter, int max, QuarantinePosition? from, CancellationToken cancellationToken)
    {
        var page = new Page(filter, max);
        var days = await QuarantineStore.DaysAsync(container, cancellationToken).ConfigureAwait(false);
        foreach (var day in days.Where(day => from is null || string.CompareOrdinal(day, from.Day) <= 0))
        {
            var start = from is not null && from.Day == day ? from : new QuarantinePosition(day, string.Empty, string.Empty);
            if (await ReadDayAsync(page, start, cancellationToken).ConfigureAwait(false) is { } next)
            {
                return page.ToResult(next);
            }
        }

        return page.ToResult(next: null);
    }

    private async Task<QuarantinePosition?> ReadDayAsync(Page page, QuarantinePosition start, CancellationToken cancellationToken)
    {
        var marker = start.Marker;
        var segments = container
            .GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = start.Day + "/" }, cancellationToken)
            .AsPages(marker.Length == 0 ? null : marker, SegmentSize);
        await foreach (var segment in segments.ConfigureAwait(false))
        {
            var unread = segment.Values.Where(blob => string.CompareOrdinal(blob.Name, start.Last) > 0).ToList();
            for (var next = 0; next < unread.Count;)
            {
                if (page.IsFull)
                {
                    return new QuarantinePosition(start.Day, marker, next == 0 ? start.Last : unread[next - 1].Name);
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
                if (QuarantineRecord.IsId(blob.Name) && QuarantineMetadata.MayMatch(blob.Metadata, filter))
                {
                    names.Add(blob.Name);
                }
            }

            var found = await Task.WhenAll(names.Select(name => TryReadAsync(name, read, cancellationToken))).ConfigureAwait(false);
            _unreadable.AddRange(names.Where((_, index) => found[index].IsUnreadable));
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
internal sealed record QuarantinePosition(string Day, string Marker, string Last)
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
                && JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(continuation)) is [{ } day, { } marker, { } last]
                && IsDay(day)
                && (last.Length == 0 || QuarantineRecord.IsId(last)))
            {
                return new QuarantinePosition(day, marker, last);
            }
        }
        catch (JsonException)
        {
            // Refused below.
        }

        throw new ArgumentException("must be what the page before gave", nameof(continuation));
    }

    public static bool IsDay(string text) => DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<string[]>([Day, Marker, Last])));
}
