namespace FunctionsNotify.App.Tests.Replay;

/// <summary>One call of an activity.</summary>
/// <param name="Name">The activity.</param>
/// <param name="Number">Which call of it this is, from 1.</param>
/// <param name="Input">Its input as JSON.</param>
/// <param name="At">When it was scheduled.</param>
internal sealed record ActivityCall(string Name, int Number, string? Input, DateTime At);

/// <summary>How an activity ends.</summary>
internal sealed record ActivityEnd(object? Result, TimeSpan Duration, string? Error = null)
{
    public static ActivityEnd Done(object? result = null, TimeSpan? duration = null) => new(result, duration ?? TimeSpan.FromMilliseconds(20));

    public static ActivityEnd Failed(string error = "broken", TimeSpan? duration = null) => new(null, duration ?? TimeSpan.FromMilliseconds(20), error);
}

/// <summary>Everything outside an orchestrator: activities, a clock, and those who raise events.</summary>
internal sealed class World
{
    public static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public required Func<ActivityCall, ActivityEnd> Activity { get; init; }

    /// <summary>Events by their time after the start, payloads as raw JSON; null is an event without a payload.</summary>
    public IReadOnlyList<(TimeSpan After, string Name, string? Payload)> Events { get; init; } = [];

    /// <summary>How much earlier than asked for timers fire; the storage provider truncates delays to whole seconds.</summary>
    public TimeSpan TimersEarlyBy { get; init; }
}
