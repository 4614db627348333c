namespace FunctionsNotify.App.Tests.Replay;

internal enum ActionKind
{
    Activity,
    Timer,
}

/// <summary>What an orchestrator asked for, in order: what Durable compares with its history when it replays.</summary>
internal sealed record ScheduledAction(int Id, ActionKind Kind, string Name, string? Input, DateTime? FireAt);
