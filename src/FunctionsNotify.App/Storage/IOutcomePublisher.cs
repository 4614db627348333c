namespace FunctionsNotify.App;

// Tells the payment backends. At least once: consumers de-duplicate by the outcome's id.
internal interface IOutcomePublisher
{
    Task PublishAsync(Outcome outcome, CancellationToken cancellationToken);
}
