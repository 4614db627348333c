using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Creates what is missing in the storage account when the host starts, before a message is taken. Idempotent; several
// hosts may start at once.
internal sealed class StorageStart(Queues queues, NotifyTable table, BlobContainerClient container, TimeProvider time, ILogger<StorageStart> logger) : IHostedLifecycleService
{
    private const string NoAnswer = "no answer";

    // A busy machine, or an account that has just been made, answers late; a refusal is told at once.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.WhenAll(
        EnsureAsync($"queue {queues.Notifications.Name}", () => queues.Notifications.CreateIfNotExistsAsync(cancellationToken: cancellationToken), cancellationToken),
        EnsureAsync($"queue {queues.Outcomes.Name}", () => queues.Outcomes.CreateIfNotExistsAsync(cancellationToken: cancellationToken), cancellationToken),
        EnsureAsync($"table {table.Rows.Name}", () => table.Rows.CreateIfNotExistsAsync(cancellationToken), cancellationToken),
        EnsureAsync($"blob container {container.Name}", () => container.CreateIfNotExistsAsync(cancellationToken: cancellationToken), cancellationToken));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAsync(string resource, Func<Task> create, CancellationToken cancellationToken)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                await create().ConfigureAwait(false);
                Logs.Provisioned(logger, resource);
                return;
            }
            catch (Exception exception) when (IsStorageFault(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (Brief(exception) != NoAnswer || time.GetElapsedTime(started) > _patience)
                {
                    throw new StartException(
                        $"Storage: {resource} could not be reached or created ({Brief(exception)}). Check {StorageConnection.Section} (for queues {StorageConnection.PaymentsSection}, where it is set) and the identity's roles.", exception);
                }
            }
        }
    }

    // After its last try the SDK throws what its tries came to, together, or a cancellation of its own timeout.
    private static bool IsStorageFault(Exception exception) =>
        exception is RequestFailedException or AggregateException or OperationCanceledException or AuthenticationFailedException;

    private static string Brief(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failed => $"HTTP {failed.Status} {failed.ErrorCode}",
        AuthenticationFailedException => "the identity got no token",
        _ => NoAnswer,
    };
}

// Something that the host needs to work, and how to find out whether it is there; null when it is.
internal sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<string?>> FindFault);

// Whether the account's queues, table and container answer. What is wrong is told by status and the service's error
// code, which hold no name.
internal static class StorageReadiness
{
    // Between the partitions of the index ("d-") and those of the claims ("np-"), a part of neither.
    private const string NoRow = "maintenance";

    public static ReadinessCheck Of(Queues queues) => new("storage-queues", cancellationToken => FindFaultAsync(async () =>
    {
        await queues.Notifications.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
        await queues.Outcomes.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
    }));

    public static ReadinessCheck Of(NotifyTable table) => new("storage-table", cancellationToken => FindFaultAsync(async () =>
    {
        try
        {
            await table.Rows.GetEntityAsync<TableEntity>(NoRow, "readiness", cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            // There is no such row: the table answered. The client's other reads tell a missing table no differently.
        }
    }));

    public static ReadinessCheck Of(BlobContainerClient container) => new("storage-blobs", cancellationToken => FindFaultAsync(
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
