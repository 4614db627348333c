using System.Runtime.CompilerServices;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed class DurableDeliveryInstances : IDeliveryInstances
{
    public const string Prefix = "np-";

    private readonly DurableTaskClient _client;

    public DurableDeliveryInstances(DurableTaskClient client) => _client = client;

    public async Task<DeliveryInstance?> GetAsync(string deliveryId, CancellationToken cancellationToken)
    {
        // The custom status comes only with inputs and outputs.
        var instance = await _client.GetInstanceAsync(deliveryId, getInputsAndOutputs: true, cancellationToken).ConfigureAwait(false);
        return instance is null ? null : Read(instance, instance.ReadCustomStatusAs<DeliveryReport>());
    }

    public async IAsyncEnumerable<DeliveryInstance> ListAsync(
        IReadOnlyList<InstanceStatus> statuses, DateTimeOffset createdBefore, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(CreatedTo: createdBefore, Statuses: [.. statuses.Select(Of)], InstanceIdPrefix: Prefix);
        await foreach (var instance in _client.GetAllInstancesAsync(query).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return Read(instance, report: null);
        }
    }

    public Task PurgeAsync(string deliveryId, CancellationToken cancellationToken) =>
        _client.PurgeInstanceAsync(deliveryId, options: null, cancellationToken);

    private static DeliveryInstance Read(OrchestrationMetadata instance, DeliveryReport? report) =>
        new(instance.InstanceId, Of(instance.RuntimeStatus), instance.CreatedAt, instance.LastUpdatedAt, report);

    private static InstanceStatus Of(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Pending => InstanceStatus.Pending,
        OrchestrationRuntimeStatus.Running => InstanceStatus.Running,
        OrchestrationRuntimeStatus.Suspended => InstanceStatus.Suspended,
        OrchestrationRuntimeStatus.Completed => InstanceStatus.Completed,
        OrchestrationRuntimeStatus.Failed => InstanceStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => InstanceStatus.Terminated,
        // The rest are obsolete and never ours. Alive is the reading that touches nothing.
        _ => InstanceStatus.Running,
    };

    private static OrchestrationRuntimeStatus Of(InstanceStatus status) => status switch
    {
        InstanceStatus.Pending => OrchestrationRuntimeStatus.Pending,
        InstanceStatus.Running => OrchestrationRuntimeStatus.Running,
        InstanceStatus.Suspended => OrchestrationRuntimeStatus.Suspended,
        InstanceStatus.Completed => OrchestrationRuntimeStatus.Completed,
        InstanceStatus.Failed => OrchestrationRuntimeStatus.Failed,
        InstanceStatus.Terminated => OrchestrationRuntimeStatus.Terminated,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
