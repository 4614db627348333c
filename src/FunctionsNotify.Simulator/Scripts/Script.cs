namespace FunctionsNotify.Simulator;

/// <summary>An ordered list of steps, each used once.</summary>
public sealed record Script
{
    /// <summary>The most steps of a script.</summary>
    public const int MaxSteps = 1_000;

    /// <summary>The steps, 1–<see cref="MaxSteps"/>.</summary>
    public required IReadOnlyList<ScriptStep> Steps { get; init; }

    /// <summary>What answers when every step was used.</summary>
    public AfterLastStep Then { get; init; }

    /// <summary>A script of these steps, whose last one repeats.</summary>
    /// <param name="steps">The steps.</param>
    public static Script Of(params ScriptStep[] steps) => new() { Steps = steps };
}
