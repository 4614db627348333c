namespace FunctionsNotify.App;

internal interface ICommandSender
{
    Task SendAsync(string deliveryId, DeliveryCommand command, CancellationToken cancellationToken);
}
