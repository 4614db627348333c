using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App;

// The quarantine: one JSON blob per record, named by its id, written once, and changed by operators under its ETag.
// What lists filter by stands in the blob's metadata too, so that they need not read every record.
internal sealed class QuarantineStore(BlobContainerClient container)
{
    // How many blobs one count looks at.
    public const int MaxCounted = 5000;

    public async Task AddAsync(QuarantineRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(record, Serialize(record), new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (IsAlreadyWritten(exception))
        {
            // The same message came again; the first record stands, with what an operator may have done to it.
        }
    }

    public Task<QuarantinePage> ListAsync(QuarantineFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return new QuarantineListing(container, GetAsync).ReadAsync(filter, max, QuarantinePosition.Parse(continuation), cancellationToken);
    }

    public async Task<StoredQuarantineRecord?> GetAsync(string quarantineId, CancellationToken cancellationToken)
    {
        if (!QuarantineRecord.IsId(quarantineId) || await ReadAsync(quarantineId, cancellationToken).ConfigureAwait(false) is not { } blob)
        {
            return null;
        }

        try
        {
            // The name is made of the record: one that does not fit would be changed under another name.
            if (JsonSerializer.Deserialize<QuarantineRecord>(blob.Content, DeliveryJson.Options) is { } record && record.QuarantineId == quarantineId)
            {
                return new StoredQuarantineRecord(record, blob.Details.ETag.ToString());
            }
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Quarantine record {quarantineId} cannot be read: line {exception.LineNumber + 1}.", exception);
        }

        throw new InvalidDataException($"Quarantine record {quarantineId} cannot be read: it holds another record, or none.");
    }

    public async Task<string?> TryReplaceAsync(QuarantineRecord record, string version, CancellationToken cancellationToken)
    {
        var bytes = Serialize(record);
        try
        {
            return await WriteAsync(record, bytes, new BlobRequestConditions { IfMatch = new ETag(version) }, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.PreconditionFailed)
        {
            // The SDK sends a write again when its answer is lost, and then meets its own.
            return await ReadAsync(record.QuarantineId, cancellationToken).ConfigureAwait(false) is { } blob && blob.Content.ToMemory().Span.SequenceEqual(bytes)
                ? blob.Details.ETag.ToString()
                : null;
        }
    }

    public async Task<QuarantineStatistics> CountWaitingAsync(CancellationToken cancellationToken, int max = MaxCounted)
    {
        var (invalid, conflict, looked) = (0, 0, 0);
        foreach (var day in await DaysAsync(container, cancellationToken).ConfigureAwait(false))
        {
            var blobs = container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = day + "/" }, cancellationToken);
            await foreach (var blob in blobs.ConfigureAwait(false))
            {
                if (looked++ == max)
                {
                    return new QuarantineStatistics(invalid, conflict, IsComplete: false);
                }

                switch (QuarantineMetadata.WaitingStateOf(blob.Metadata))
                {
                    case MessageState.Invalid:
                        invalid++;
                        break;
                    case MessageState.Conflict:
                        conflict++;
                        break;
                }
            }
        }

        return new QuarantineStatistics(invalid, conflict, IsComplete: true);
    }

    // The days that hold records, the newest first.
    internal static async Task<List<string>> DaysAsync(BlobContainerClient container, CancellationToken cancellationToken)
    {
        var days = new List<string>();
        var items = container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }, cancellationToken);
        await foreach (var item in items.ConfigureAwait(false))
        {
            if (item.IsPrefix && item.Prefix.TrimEnd('/') is var day && QuarantinePosition.IsDay(day))
            {
                days.Add(day);
            }
        }

        days.Sort(static (left, right) => string.CompareOrdinal(right, left));
        return days;
    }

    private static byte[] Serialize(QuarantineRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, DeliveryJson.Options);

    private async Task<string> WriteAsync(QuarantineRecord record, byte[] bytes, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = conditions,
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = QuarantineMetadata.Of(record),
        };
        var written = await container.GetBlobClient(record.QuarantineId).UploadAsync(BinaryData.FromBytes(bytes), options, cancellationToken).ConfigureAwait(false);
        return written.Value.ETag.ToString();
    }

    private async Task<BlobDownloadResult?> ReadAsync(string name, CancellationToken cancellationToken)
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
