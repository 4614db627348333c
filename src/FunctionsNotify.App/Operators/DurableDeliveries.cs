using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// How an open claim's delivery stands with Durable.
public enum DeliveryStand
{
    InHand,

    NotStarted,

    // Its end was not merged into the claim, unless that happened a moment ago.
    Completed,

    // Failed or terminated: it sends nothing more.
    Broken,

    // Pending for PendingAfter, or overdue by OverdueAfter: it may be dead without having failed.
    Late,

    Unreadable,
}

// What operators ask Durable about a delivery, and tell it.
internal static class DurableDeliveries
{
    public static readonly TimeSpan PendingAfter = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan OverdueAfter = TimeSpan.FromHours(1);

    // The custom status while it runs, the output when it is done; null when it was not started, or its history was
    // purged. A failed or terminated one is open still, and says what an operator needs to know.
    public static async Task<DeliveryReport?> ReportAsync(this DurableTaskClient client, string deliveryId, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(deliveryId, getInputsAndOutputs: true, cancellationToken);
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

    public static async Task<DeliveryStand> StandAsync(this DurableTaskClient client, string deliveryId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var instance = await client.GetInstanceAsync(deliveryId, getInputsAndOutputs: true, cancellationToken);
            return instance?.RuntimeStatus switch
            {
                null => DeliveryStand.NotStarted,
                OrchestrationRuntimeStatus.Completed => DeliveryStand.Completed,
                OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => DeliveryStand.Broken,
                OrchestrationRuntimeStatus.Pending => now - instance.CreatedAt > PendingAfter ? DeliveryStand.Late : DeliveryStand.InHand,
                _ => now - (instance.ReadCustomStatusAs<DeliveryReport>()?.NextDueAt ?? instance.CreatedAt) > OverdueAfter ? DeliveryStand.Late : DeliveryStand.InHand,
            };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return await IsBrokenAsync(client, deliveryId, cancellationToken) ? DeliveryStand.Broken : DeliveryStand.Unreadable;
        }
    }

    // What cannot be read with its inputs and outputs may still tell its status.
    private static async Task<bool> IsBrokenAsync(DurableTaskClient client, string deliveryId, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetInstanceAsync(deliveryId, getInputsAndOutputs: false, cancellationToken))?.RuntimeStatus
                is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return false;
        }
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
