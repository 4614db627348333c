using System.Net;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>The quarantine: one JSON blob per record, named by its id, written once. <c>[decided]</c></summary>
public sealed class BlobQuarantineStore : IQuarantineStore
{
    private readonly BlobContainerClient _container;

    /// <summary>Keeps records in a container that exists.</summary>
    /// <param name="container">The container.</param>
    public BlobQuarantineStore(BlobContainerClient container) => _container = container;

    /// <inheritdoc/>
    public async Task AddAsync(QuarantineRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
        };
        try
        {
            await _container.GetBlobClient(record.QuarantineId)
                .UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(record, DeliveryJson.Options)), options, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (IsAlreadyWritten(exception))
        {
            // The same message came again; the first record stands, with what an operator may have done to it.
        }
    }

    // Other conflicts, such as a container that is being deleted, mean that nothing was written.
    private static bool IsAlreadyWritten(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed
        || (exception.Status == (int)HttpStatusCode.Conflict && exception.ErrorCode == BlobErrorCode.BlobAlreadyExists);
}
