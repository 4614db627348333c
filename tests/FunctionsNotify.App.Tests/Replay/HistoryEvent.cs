namespace FunctionsNotify.App.Tests.Replay;

internal enum HistoryEventKind
{
    ActivityCompleted,
    ActivityFailed,
    TimerFired,
    EventRaised,
}

/// <summary>What happened, in order.</summary>
internal sealed record HistoryEvent(DateTime At, HistoryEventKind Kind, int ActionId, string? Name, string? Payload);
