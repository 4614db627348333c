namespace FunctionsNotify.App;

internal interface IDeliveryStarter
{
    Task<StartResult> StartAsync(DeliveryInput input, CancellationToken cancellationToken);
}
