using System.Net;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App;

// The quarantine: one JSON blob per record, named by its id, written once, and changed by operators under its ETag.
// What lists filter by stands in the blob's metadata too, so that they need not read every record.
internal sealed class BlobQuarantineStore : IQuarantineStore, IQuarantineRecords
{
    private readonly BlobContainerClient _container;
    private readonly QuarantineListing _listing;

    public BlobQuarantineStore(BlobContainerClient container)
    {
        _container = container;
        _listing = new QuarantineListing(container, GetAsync);
    }

    public async Task AddAsync(QuarantineRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
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
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return _listing.ReadAsync(filter, max, QuarantinePosition.Parse(continuation), cancellationToken);
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
        ArgumentNullException.ThrowIfNull(record);
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

    private static byte[] Serialize(QuarantineRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, DeliveryJson.Options);

    private async Task<string> WriteAsync(QuarantineRecord record, byte[] bytes, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = conditions,
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = QuarantineMetadata.Of(record),
        };
        var written = await _container.GetBlobClient(record.QuarantineId).UploadAsync(BinaryData.FromBytes(bytes), options, cancellationToken).ConfigureAwait(false);
        return written.Value.ETag.ToString();
    }

    private async Task<BlobDownloadResult?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await _container.GetBlobClient(name).DownloadContentAsync(cancellationToken).ConfigureAwait(false)).Value;
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
