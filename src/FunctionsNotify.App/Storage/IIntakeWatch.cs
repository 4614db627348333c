namespace FunctionsNotify.App;

// Watches intake, to measure and to trace. It decides nothing and never throws.
internal interface IIntakeWatch
{
    IWatchedMessage Begin(QueueMessageData message, IntakeReading reading);
}

internal interface IWatchedMessage : IDisposable
{
    string? TraceParent { get; }

    string? TraceState { get; }

    void Complete(IntakeResult result);
}
