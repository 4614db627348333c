namespace FunctionsNotify.Scenarios;

/// <summary>
/// What is measured in seconds runs when every other scenario has ended: the machine is not busy with them, and an idle
/// host is really idle.
/// </summary>
[CollectionDefinition(nameof(QuietHost), DisableParallelization = true)]
public sealed class QuietHost;
