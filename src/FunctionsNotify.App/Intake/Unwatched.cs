namespace FunctionsNotify.App;

internal sealed class Unwatched : IIntakeWatch
{
    public static readonly Unwatched Instance = new();

    private Unwatched()
    {
    }

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
