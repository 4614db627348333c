using Azure;
using Azure.Identity;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Creates what is missing in the storage account when the host starts, before any of its services takes a message.
// Idempotent; several hosts may start at once.
internal sealed class StorageProvisioner : IHostedLifecycleService
{
    private readonly IReadOnlyList<StorageResource> _resources;
    private readonly ILogger<StorageProvisioner> _logger;

    public StorageProvisioner(IEnumerable<StorageResource> resources, ILogger<StorageProvisioner> logger)
    {
        _resources = [.. resources];
        _logger = logger;
    }

    public Task EnsureAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_resources.Select(resource => EnsureAsync(resource, cancellationToken)));

    public Task StartingAsync(CancellationToken cancellationToken) => EnsureAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAsync(StorageResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await resource.CreateIfMissing(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsStorageFault(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException(
                $"Storage: {resource.Name} could not be reached or created ({Brief(exception)}). Check {StorageConnectionOptions.Section} (for queues {StorageConnectionOptions.PaymentsSection}, where it is set) and the identity's roles.", exception);
        }

        StorageLogs.Provisioned(_logger, resource.Name);
    }

    // After its last try the SDK throws what its tries came to, together, or a cancellation of its own timeout.
    private static bool IsStorageFault(Exception exception) =>
        exception is RequestFailedException or AggregateException or OperationCanceledException or AuthenticationFailedException;

    private static string Brief(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failed => $"HTTP {failed.Status} {failed.ErrorCode}",
        AuthenticationFailedException => "the identity got no token",
        _ => "no answer",
    };
}
