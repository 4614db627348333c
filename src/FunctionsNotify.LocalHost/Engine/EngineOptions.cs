namespace FunctionsNotify.LocalHost;

/// <summary>The engine's limits.</summary>
internal sealed record EngineOptions
{
    /// <summary>How many attempts are made at the same time.</summary>
    public int SendConcurrency { get; init; } = 64;

    /// <summary>How many outcomes are published at the same time.</summary>
    public int PublishConcurrency { get; init; } = 16;

    /// <summary>Intake pauses while this many attempts wait for a sender, so that a long queue stays on the queue.</summary>
    public int MaxBacklog { get; init; } = 1000;

    /// <summary>How long attempts in flight may take to end when the host stops.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(6);
}
