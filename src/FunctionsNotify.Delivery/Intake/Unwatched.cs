namespace FunctionsNotify.Deliveries;

/// <summary>Watches nothing: the delivery belongs to the message's own trace.</summary>
internal sealed class Unwatched : IIntakeWatch
{
    public static readonly Unwatched Instance = new();

    private Unwatched()
    {
    }

    /// <inheritdoc/>
    public IWatchedMessage Begin(QueueMessageData message, IntakeReading reading) =>
        new Message(reading.Decoded.TraceParent, reading.Decoded.TraceState);

    private sealed record Message(string? TraceParent, string? TraceState) : IWatchedMessage
    {
        public void Complete(IntakeResult result)
        {
        }

        public void Dispose()
        {
        }
    }
}
