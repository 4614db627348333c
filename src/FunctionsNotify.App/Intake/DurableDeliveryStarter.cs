using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Starts one orchestration per delivery, its id the delivery's. The start is not atomic on Azure Storage, so the claim
// decides who may start; this only keeps an instance that exists from being replaced.
internal sealed class DurableDeliveryStarter : IDeliveryStarter
{
    // Every status that an instance can have: by default the platform replaces a finished one, and the payment would be
    // notified again.
    private static readonly OrchestrationRuntimeStatus[] _everyStatus =
    [
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
    ];

    private readonly DurableTaskClient _client;

    public DurableDeliveryStarter(DurableTaskClient client) => _client = client;

    public async Task<StartResult> StartAsync(DeliveryInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var options = new StartOrchestrationOptions(input.DeliveryId) { Version = DeliverOrchestrator.Version }.WithDedupeStatuses(_everyStatus);
        try
        {
            await _client.ScheduleNewOrchestrationInstanceAsync(DeliverOrchestrator.Name, input, options, cancellationToken).ConfigureAwait(false);
            return StartResult.Started;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The host answers gRPC AlreadyExists, and the client turns that into this exception; every other answer of
            // the host is a fault, and the message comes again.
            return await MeetAsync(input.DeliveryId, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<StartResult> MeetAsync(string deliveryId, CancellationToken cancellationToken)
    {
        var instance = await _client.GetInstanceAsync(deliveryId, getInputsAndOutputs: false, cancellationToken).ConfigureAwait(false);
        return instance?.RuntimeStatus switch
        {
            null => throw new InvalidOperationException($"Delivery {deliveryId} existed when it was started and is gone now: it was purged in between."),
            OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended => StartResult.AlreadyInHand,
            // Completed means that its outcome activity has made the claim final.
            OrchestrationRuntimeStatus.Completed => StartResult.AlreadyInHand,
            _ => StartResult.Broken,
        };
    }
}
