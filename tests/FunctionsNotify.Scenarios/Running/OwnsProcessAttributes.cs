namespace FunctionsNotify.Scenarios;

/// <summary>A scenario that starts and kills processes of its own; skipped, and reported so, on an external host.</summary>
public sealed class OwnsProcessFactAttribute : FactAttribute
{
    internal const string Reason = "owns-process: runs on the local host only, NOTIFY_HOST is external";

    public OwnsProcessFactAttribute() => Skip = ScenarioSettings.IsExternal ? Reason : null;
}

/// <summary>See <see cref="OwnsProcessFactAttribute"/>.</summary>
public sealed class OwnsProcessTheoryAttribute : TheoryAttribute
{
    public OwnsProcessTheoryAttribute() => Skip = ScenarioSettings.IsExternal ? OwnsProcessFactAttribute.Reason : null;
}

/// <summary>A scenario that takes many minutes; runs with NOTIFY_SOAK=1 on the local host.</summary>
public sealed class SoakFactAttribute : FactAttribute
{
    public SoakFactAttribute() => Skip = ScenarioSettings.IsExternal
        ? OwnsProcessFactAttribute.Reason
        : ScenarioSettings.IsSoak ? null : "slow: runs with NOTIFY_SOAK=1";
}

/// <summary>A scenario that only reports, on an external host; the local host has one of its own that asserts the same.</summary>
public sealed class ExternalHostFactAttribute : FactAttribute
{
    public ExternalHostFactAttribute() => Skip = ScenarioSettings.IsExternal ? null : "reports on an external host; the local host's own scenario asserts it";
}
