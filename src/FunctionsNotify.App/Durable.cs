using System.Text.Json;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// What the app asks of the platform about deliveries. The client belongs to a call of a function, so whoever needs it
// gets it as a parameter.
internal static class Durable
{
    public const string IdPrefix = "np-";

    // The setting that host.json takes the hub's name from.
    public const string TaskHubSetting = "TaskHub";

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

    // As the platform names it, in the host's own account.
    public static string WorkItemsQueue(string? taskHub) => $"{taskHub?.ToLowerInvariant()}-workitems";

    // Starts one orchestration per delivery, its id the delivery's. The start is not atomic on Azure Storage, so the claim
    // decides who may start; this only keeps an instance that exists from being replaced.
    public static async Task<StartResult> StartDeliveryAsync(this DurableTaskClient client, Claims claims, DeliveryInput input, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions(input.DeliveryId) { Version = DeliverOrchestrator.Version }.WithDedupeStatuses(_everyStatus);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(DeliverOrchestrator.Name, input, options, cancellationToken).ConfigureAwait(false);
            return StartResult.Started;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Every other answer of the host is a fault, and the message comes again.
            var instance = await client.GetInstanceAsync(input.DeliveryId, getInputsAndOutputs: false, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Delivery {input.DeliveryId} existed when it was started and is gone now: it was purged in between.");
            return instance.RuntimeStatus switch
            {
                OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => StartResult.Broken,
                // It makes its claim final before it ends; whoever starts it read the claim before that, perhaps.
                OrchestrationRuntimeStatus.Completed when await claims.IsOpenAsync(input.DeliveryId, cancellationToken).ConfigureAwait(false) => StartResult.Broken,
                _ => StartResult.AlreadyInHand,
            };
        }
    }

    public static async Task SendCommandAsync(this DurableTaskClient client, string deliveryId, DeliveryCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await client.RaiseEventAsync(deliveryId, DeliveryCommand.EventName, command, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refusal) when (refusal is not OperationCanceledException)
        {
            // The host refuses an event for an instance that does not run, and how that reaches us differs by version:
            // so ask. A delivery that ended meanwhile took the command too late, which its record shows.
            var instance = await client.GetInstanceAsync(deliveryId, getInputsAndOutputs: false, cancellationToken).ConfigureAwait(false);
            switch (instance?.RuntimeStatus)
            {
                case OrchestrationRuntimeStatus.Completed:
                    return;

                case null or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated:
                    throw new InvalidOperationException(
                        $"Delivery {deliveryId} takes no commands: its orchestration is {instance?.RuntimeStatus.ToString() ?? "gone"}.", refusal);

                default:
                    throw;
            }
        }
    }

    // The delivery as the platform runs it; null when it was not started, or its history was purged.
    public static async Task<DeliveryInstance?> FindDeliveryAsync(this DurableTaskClient client, string deliveryId, CancellationToken cancellationToken)
    {
        // The custom status comes only with inputs and outputs.
        var instance = await client.GetInstanceAsync(deliveryId, getInputsAndOutputs: true, cancellationToken).ConfigureAwait(false);
        return instance is null ? null : Read(instance, instance.ReadCustomStatusAs<DeliveryReport>());
    }

    // A page may be empty and not the last: the platform reads instance after instance, and gives back what it found in time.
    public static async Task<DeliveryInstancePage> ListDeliveriesAsync(
        this DurableTaskClient client, IEnumerable<OrchestrationRuntimeStatus> statuses, DateTimeOffset createdBefore, int pageSize, string? continuation, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(CreatedTo: createdBefore, Statuses: statuses, InstanceIdPrefix: IdPrefix, PageSize: pageSize);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(continuation, pageSize).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            return new DeliveryInstancePage([.. page.Values.Select(instance => Read(instance, StatusOf(instance)))], string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        }

        return new DeliveryInstancePage([], null);
    }

    public static Task PurgeDeliveryAsync(this DurableTaskClient client, string deliveryId, CancellationToken cancellationToken) =>
        client.PurgeInstanceAsync(deliveryId, options: null, cancellationToken);

    // A list has no inputs and outputs, for which the client gives no converter; the custom status is in it all the same. One of
    // another version must not cost the page.
    private static DeliveryReport? StatusOf(OrchestrationMetadata instance)
    {
        try
        {
            return instance is { RuntimeStatus: OrchestrationRuntimeStatus.Running, SerializedCustomStatus: { Length: > 0 } status }
                ? JsonSerializer.Deserialize<DeliveryReport>(status, DeliveryJson.Options)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static DeliveryInstance Read(OrchestrationMetadata instance, DeliveryReport? report) =>
        new(instance.InstanceId, instance.RuntimeStatus, instance.CreatedAt, instance.LastUpdatedAt, report);
}

internal sealed record DeliveryInstancePage(IReadOnlyList<DeliveryInstance> Instances, string? Continuation);

public enum StartResult
{
    Started,

    AlreadyInHand,

    // The delivery was started before and its orchestration is over without a final state: an operator repairs it.
    Broken,
}

// A delivery's orchestration; the report is that of its custom status, null where it has none; in lists only running ones have it.
internal sealed record DeliveryInstance(
    string DeliveryId, OrchestrationRuntimeStatus Status, DateTimeOffset CreatedAt, DateTimeOffset LastUpdatedAt, DeliveryReport? Report = null)
{
    public bool IsAlive => Status is OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended;

    public bool IsFinished => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
}
