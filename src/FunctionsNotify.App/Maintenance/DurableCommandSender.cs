using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed class DurableCommandSender(DurableTaskClient client) : ICommandSender
{
    public Task SendAsync(string deliveryId, DeliveryCommand command, CancellationToken cancellationToken) => client.CommandAsync(deliveryId, command, cancellationToken);
}
