using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App;

// Counts what waits by the blobs' metadata alone, the newest days first, looking at a bounded number of blobs. A record
// without metadata that names its state and status is of another hand and counts as invalid and waiting: a person has
// to look.
internal sealed class QuarantineCount : IQuarantineStatistics
{
    public const int DefaultMax = 5000;

    private readonly BlobContainerClient _container;
    private readonly int _max;

    public QuarantineCount(BlobContainerClient container, int max = DefaultMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        _container = container;
        _max = max;
    }

    public async Task<QuarantineStatistics> CountWaitingAsync(CancellationToken cancellationToken)
    {
        var (invalid, conflict, looked) = (0, 0, 0);
        foreach (var day in await QuarantineDays.ListAsync(_container, cancellationToken).ConfigureAwait(false))
        {
            var blobs = _container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = day + "/" }, cancellationToken);
            await foreach (var blob in blobs.ConfigureAwait(false))
            {
                if (looked++ == _max)
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
}
