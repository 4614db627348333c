using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>Whether the account's queues, table and container answer. What is wrong is told by status and the service's error code, which hold no name.</summary>
internal static class StorageReadiness
{
    // Between the partitions of the index ("d-") and those of the claims ("np-"), a part of neither.
    private const string NoRow = "maintenance";

    public static ReadinessCheck Queues(NotificationQueues queues) => new("storage-queues", cancellationToken => FindFaultAsync(async () =>
    {
        await queues.Notifications.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
        await queues.Outcomes.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
    }));

    // A query, because reading one row answers alike where the row or the whole table is missing.
    public static ReadinessCheck Table(TableClient table) => new("storage-table", cancellationToken => FindFaultAsync(async () =>
    {
        await foreach (var _ in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {NoRow}"), 1, [RowProperties.RowKey], cancellationToken).ConfigureAwait(false))
        {
            break;
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
