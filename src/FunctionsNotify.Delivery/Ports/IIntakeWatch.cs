namespace FunctionsNotify.Deliveries;

/// <summary>Watches intake, to measure and to trace. It decides nothing and never throws.</summary>
public interface IIntakeWatch
{
    /// <summary>A message was read; what becomes of it follows.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reading">What reading it came to.</param>
    /// <returns>To be disposed when intake is done with the message, at an end or at a fault.</returns>
    IWatchedMessage Begin(QueueMessageData message, IntakeReading reading);
}

/// <summary>One message in intake's hand.</summary>
public interface IWatchedMessage : IDisposable
{
    /// <summary>The W3C trace context that the message's delivery belongs to.</summary>
    string? TraceParent { get; }

    /// <summary>The W3C trace state that goes with it.</summary>
    string? TraceState { get; }

    /// <summary>Intake took the message in; without this call a fault ended it, and the message comes again.</summary>
    /// <param name="result">What became of it.</param>
    void Complete(IntakeResult result);
}
