using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Reads deliveries from their orchestrations: the custom status while one runs, the output when it is done. A failed or
// terminated one is open still, and says what an operator needs to know.
internal sealed class DurableDeliveryReader : IDeliveryReader
{
    private readonly DurableTaskClient _client;

    public DurableDeliveryReader(DurableTaskClient client) => _client = client;

    public async Task<DeliveryReport?> GetAsync(string deliveryId, CancellationToken cancellationToken)
    {
        var instance = await _client.GetInstanceAsync(deliveryId, getInputsAndOutputs: true, cancellationToken).ConfigureAwait(false);
        return instance?.RuntimeStatus switch
        {
            null => null,
            OrchestrationRuntimeStatus.Completed => instance.ReadOutputAs<DeliveryReport>(),
            // Null while it is pending: nothing was decided yet.
            OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running => instance.ReadCustomStatusAs<DeliveryReport>(),
            OrchestrationRuntimeStatus.Suspended => Last(instance) is { } last
                ? last with { OperatorAction = "The orchestration is suspended and sends nothing: resume it." }
                : null,
            _ => Broken(instance),
        };
    }

    private static DeliveryReport? Broken(OrchestrationMetadata instance)
    {
        if (Last(instance) is not { } last)
        {
            return null;
        }

        var why = instance.FailureDetails is { } failure ? $" ({ForeignText.Cut($"{failure.ErrorType}: {failure.ErrorMessage}", AttemptResult.MaxTextLength)})" : string.Empty;
        return last with
        {
            NextAttempt = null,
            NextDueAt = null,
            OperatorAction = $"The orchestration is {instance.RuntimeStatus}{why} and sends nothing more, though the delivery has not ended: repair it, which starts it again with the same body.",
        };
    }

    // An instance that failed before its first status is known by its input alone.
    private static DeliveryReport? Last(OrchestrationMetadata instance) =>
        instance.ReadCustomStatusAs<DeliveryReport>()
        ?? (instance.ReadInputAs<DeliveryInput>() is { } input ? DeliveryReport.Of(Delivery.Begin(input, instance.CreatedAt)) : null);
}
