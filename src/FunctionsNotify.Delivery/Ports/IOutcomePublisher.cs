namespace FunctionsNotify.Deliveries;

/// <summary>Tells the payment backends. At least once: consumers de-duplicate by the outcome's id.</summary>
public interface IOutcomePublisher
{
    /// <summary>Publishes the outcome; it never expires.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task PublishAsync(Outcome outcome, CancellationToken cancellationToken);
}
