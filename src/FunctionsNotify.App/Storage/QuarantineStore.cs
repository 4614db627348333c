using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App;

// The quarantine: one JSON blob per record, named by its id, written once, and changed by operators under its ETag. A
// record that is resolved moves under a prefix of its own, so that the count of waiting ones reads these only; where a
// record lies in both places, the resolved one is true. What lists filter by stands in the blob's metadata too, so that
// they need not read every record.
internal sealed class QuarantineStore(BlobContainerClient container)
{
    public const string ResolvedPrefix = "resolved/";

    // How many waiting records one count goes up to, and how many one tidying removes.
    public const int MaxCounted = 20_000;
    public const int MaxRemoved = 5000;

    // Gives the record that stands: the first one of the message, with what an operator may have done to it.
    public async Task<QuarantineRecord> AddAsync(QuarantineRecord record, CancellationToken cancellationToken)
    {
        var isFirst = true;
        try
        {
            await WriteAsync(record, record.QuarantineId, Serialize(record), new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (IsAlreadyWritten(exception))
        {
            isFirst = false;
        }

        // Looked for after the write: whoever moves a record writes it there before it is gone here.
        if (await container.GetBlobClient(ResolvedPrefix + record.QuarantineId).ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            await container.GetBlobClient(record.QuarantineId).DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            isFirst = false;
        }

        return isFirst ? record : await FindAsync(record.QuarantineId, cancellationToken).ConfigureAwait(false) ?? record;
    }

    // What an earlier try kept of a message. A record that cannot be read waits for a person: the message is judged as it is now.
    public async Task<QuarantineRecord?> FindAsync(string quarantineId, CancellationToken cancellationToken)
    {
        try
        {
            return (await GetAsync(quarantineId, cancellationToken).ConfigureAwait(false))?.Record;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    public Task<QuarantinePage> ListAsync(QuarantineFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return new QuarantineListing(container, ReadAsync).ReadAsync(filter, max, QuarantinePosition.Parse(continuation), cancellationToken);
    }

    public async Task<StoredQuarantineRecord?> GetAsync(string quarantineId, CancellationToken cancellationToken) => QuarantineRecord.IsId(quarantineId)
        ? await ReadAsync(quarantineId, cancellationToken).ConfigureAwait(false) ?? await ReadAsync(ResolvedPrefix + quarantineId, cancellationToken).ConfigureAwait(false)
        : null;

    public async Task<string?> TryReplaceAsync(QuarantineRecord record, string version, CancellationToken cancellationToken)
    {
        var bytes = Serialize(record);
        string? written;
        try
        {
            written = await WriteAsync(record, record.QuarantineId, bytes, new BlobRequestConditions { IfMatch = new ETag(version) }, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.PreconditionFailed || exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // The SDK sends a write again when its answer is lost, and then meets its own.
            written = await DownloadAsync(record.QuarantineId, cancellationToken).ConfigureAwait(false) is { } blob && blob.Content.ToMemory().Span.SequenceEqual(bytes)
                ? blob.Details.ETag.ToString()
                : null;
        }

        if (written is not null && IsResolved(record.Status))
        {
            try
            {
                await MoveAsync(record, cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The change stands; the purge moves what was left.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
            }
        }

        return written;
    }

    public async Task<QuarantineStatistics> CountWaitingAsync(CancellationToken cancellationToken, int max = MaxCounted)
    {
        var (invalid, conflict) = (0, 0);
        await foreach (var blob in UnmovedAsync(cancellationToken).ConfigureAwait(false))
        {
            var state = QuarantineMetadata.WaitingStateOf(blob.Metadata);
            if (state is not null && invalid + conflict == max)
            {
                return new QuarantineStatistics(invalid, conflict, IsComplete: false);
            }

            invalid += state == MessageState.Invalid ? 1 : 0;
            conflict += state == MessageState.Conflict ? 1 : 0;
        }

        return new QuarantineStatistics(invalid, conflict, IsComplete: true);
    }

    // Moves what a crash left where it was resolved, and removes what was resolved before then; the number of those.
    public async Task<int> TidyAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await foreach (var blob in UnmovedAsync(cancellationToken).ConfigureAwait(false))
        {
            if (QuarantineRecord.IsId(blob.Name)
                && QuarantineMetadata.WaitingStateOf(blob.Metadata) is null
                && await ReadAsync(blob.Name, cancellationToken).ConfigureAwait(false) is { Record: var record }
                && IsResolved(record.Status))
            {
                await MoveAsync(record, cancellationToken).ConfigureAwait(false);
            }
        }

        var removed = 0;
        var last = before.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        foreach (var place in (await PlacesAsync(container, ResolvedPrefix, cancellationToken).ConfigureAwait(false)).Where(place => string.CompareOrdinal(QuarantinePosition.DayOf(place), last) <= 0))
        {
            await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = place + "/" }, cancellationToken).ConfigureAwait(false))
            {
                // Written when it was resolved, and not again.
                if (blob.Properties.LastModified < before)
                {
                    await container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                    if (++removed == MaxRemoved)
                    {
                        return removed;
                    }
                }
            }
        }

        return removed;
    }

    // The days that hold records, as the names of their folders: those below a prefix, or those that were not moved.
    internal static async Task<List<string>> PlacesAsync(BlobContainerClient container, string? prefix, CancellationToken cancellationToken)
    {
        var places = new List<string>();
        var items = container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/", Prefix = prefix }, cancellationToken);
        await foreach (var item in items.ConfigureAwait(false))
        {
            if (item.IsPrefix && item.Prefix.TrimEnd('/') is var place && QuarantinePosition.IsPlace(place))
            {
                places.Add(place);
            }
        }

        return places;
    }

    internal static bool IsResolved(QuarantineStatus status) => status is QuarantineStatus.Requeued or QuarantineStatus.Discarded;

    // Ids begin with a digit, and so come first.
    private async IAsyncEnumerable<BlobItem> UnmovedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata }, cancellationToken).ConfigureAwait(false))
        {
            if (blob.Name.StartsWith(ResolvedPrefix, StringComparison.Ordinal))
            {
                yield break;
            }

            yield return blob;
        }
    }

    private async Task MoveAsync(QuarantineRecord record, CancellationToken cancellationToken)
    {
        await WriteAsync(record, ResolvedPrefix + record.QuarantineId, Serialize(record), conditions: null, cancellationToken).ConfigureAwait(false);
        await container.GetBlobClient(record.QuarantineId).DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoredQuarantineRecord?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (await DownloadAsync(name, cancellationToken).ConfigureAwait(false) is not { } blob)
        {
            return null;
        }

        try
        {
            // The name is made of the record: one that does not fit would be changed under another name.
            if (JsonSerializer.Deserialize<QuarantineRecord>(blob.Content, DeliveryJson.Options) is { } record && record.QuarantineId == IdOf(name))
            {
                return new StoredQuarantineRecord(record, blob.Details.ETag.ToString());
            }
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Quarantine record {name} cannot be read: line {exception.LineNumber + 1}.", exception);
        }

        throw new InvalidDataException($"Quarantine record {name} cannot be read: it holds another record, or none.");
    }

    internal static string IdOf(string name) => name.StartsWith(ResolvedPrefix, StringComparison.Ordinal) ? name[ResolvedPrefix.Length..] : name;

    private static byte[] Serialize(QuarantineRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, DeliveryJson.Options);

    private async Task<string> WriteAsync(QuarantineRecord record, string name, byte[] bytes, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = conditions,
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = QuarantineMetadata.Of(record),
        };
        var written = await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(bytes), options, cancellationToken).ConfigureAwait(false);
        return written.Value.ETag.ToString();
    }

    private async Task<BlobDownloadResult?> DownloadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await container.GetBlobClient(name).DownloadContentAsync(cancellationToken).ConfigureAwait(false)).Value;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    // Other conflicts, such as a container that is being deleted, mean that nothing was written.
    private static bool IsAlreadyWritten(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed
        || (exception.Status == (int)HttpStatusCode.Conflict && exception.ErrorCode == BlobErrorCode.BlobAlreadyExists);
}

internal sealed record StoredQuarantineRecord(QuarantineRecord Record, string Version);

// Records that wait for an operator; one that a requeue left midway waits too.
internal sealed record QuarantineStatistics(int Invalid, int Conflict, bool IsComplete);

// What a list knows of a record without reading it. The record decides; this only spares reading others.
internal static class QuarantineMetadata
{
    private const string State = "state";
    private const string Status = "status";
    private const string Payment = "payment";

    public static Dictionary<string, string> Of(QuarantineRecord record)
    {
        var metadata = new Dictionary<string, string>
        {
            [State] = record.State.ToString(),
            [Status] = record.Status.ToString(),
        };
        if (record.PaymentId is { } paymentId)
        {
            metadata[Payment] = Hash(paymentId);
        }

        return metadata;
    }

    public static bool MayMatch(IDictionary<string, string>? metadata, QuarantineFilter filter) =>
        metadata is null
        || !metadata.ContainsKey(State)
        || ((filter.State is null || Is(metadata, State, filter.State.Value.ToString()))
            && (filter.Status is null || Is(metadata, Status, filter.Status.Value.ToString()))
            && (filter.PaymentId is null || Is(metadata, Payment, Hash(filter.PaymentId))));

    public static MessageState? WaitingStateOf(IDictionary<string, string>? metadata) =>
        metadata is not null
        && metadata.TryGetValue(State, out var state) && Enum.TryParse<MessageState>(state, out var known)
        && metadata.TryGetValue(Status, out var status) && Enum.TryParse<QuarantineStatus>(status, out var reached)
            // A requeue that was left midway waits for a person too.
            ? reached is QuarantineStatus.Waiting or QuarantineStatus.Requeuing ? known : null
            : MessageState.Invalid;

    private static bool Is(IDictionary<string, string> metadata, string name, string value) =>
        metadata.TryGetValue(name, out var found) && found == value;

    // Metadata is ASCII in an HTTP header; a paymentId may be anything.
    private static string Hash(string paymentId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paymentId)));
}
