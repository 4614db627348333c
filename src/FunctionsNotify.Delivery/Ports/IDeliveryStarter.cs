namespace FunctionsNotify.Deliveries;

/// <summary>Starts deliveries on the host.</summary>
public interface IDeliveryStarter
{
    /// <summary>Starts the delivery, unless its id was started before.</summary>
    /// <param name="input">What the delivery is started with.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<StartResult> StartAsync(DeliveryInput input, CancellationToken cancellationToken);
}
