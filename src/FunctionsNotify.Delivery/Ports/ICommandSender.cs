namespace FunctionsNotify.Deliveries;

/// <summary>Hands commands to deliveries.</summary>
public interface ICommandSender
{
    /// <summary>Hands the command over, durably; the verdict stands on the delivery's record later.</summary>
    /// <param name="deliveryId">The delivery.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task SendAsync(string deliveryId, DeliveryCommand command, CancellationToken cancellationToken);
}
