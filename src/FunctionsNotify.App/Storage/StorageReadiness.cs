using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;

namespace FunctionsNotify.App;

// Whether the account's queues, table and container answer. What is wrong is told by status and the service's error
// code, which hold no name.
internal static class StorageReadiness
{
    // Between the partitions of the index ("d-") and those of the claims ("np-"), a part of neither.
    private const string NoRow = "maintenance";

    public static ReadinessCheck Queues(NotificationQueues queues) => new("storage-queues", cancellationToken => FindFaultAsync(async () =>
    {
        await queues.Notifications.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
        await queues.Outcomes.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
    }));

    public static ReadinessCheck Table(TableClient table) => new("storage-table", cancellationToken => FindFaultAsync(async () =>
    {
        try
        {
            await table.GetEntityAsync<TableEntity>(NoRow, "readiness", cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            // There is no such row: the table answered. The client's other reads tell a missing table no differently.
        }
    }));

    public static ReadinessCheck Blobs(BlobContainerClient container) => new("storage-blobs", cancellationToken => FindFaultAsync(
        () => container.GetPropertiesAsync(cancellationToken: cancellationToken)));

    private static async Task<string?> FindFaultAsync(Func<Task> ask)
    {
        try
        {
            await ask().ConfigureAwait(false);
            return null;
        }
        catch (RequestFailedException exception) when (exception.Status > 0)
        {
            return $"refused: HTTP {exception.Status} {exception.ErrorCode}".TrimEnd();
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            return "not reached";
        }
    }
}
