using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed class DurableCommandSender : ICommandSender
{
    private readonly DurableTaskClient _client;

    public DurableCommandSender(DurableTaskClient client) => _client = client;

    public async Task SendAsync(string deliveryId, DeliveryCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await _client.RaiseEventAsync(deliveryId, DeliveryCommand.EventName, command, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refusal) when (refusal is not OperationCanceledException)
        {
            // The host refuses an event for an instance that does not run, and how that reaches us differs by version:
            // so ask. A delivery that ended meanwhile took the command too late, which its record shows.
            var instance = await _client.GetInstanceAsync(deliveryId, getInputsAndOutputs: false, cancellationToken).ConfigureAwait(false);
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
}
