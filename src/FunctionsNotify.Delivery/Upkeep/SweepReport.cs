using System.Collections.Immutable;

namespace FunctionsNotify.Deliveries;

/// <summary>What one run came to.</summary>
/// <param name="Seen">How many deliveries were looked at.</param>
/// <param name="Actions">How often each action was taken; <see cref="SweepAction.None"/> is not counted.</param>
/// <param name="Faults">How many deliveries could not be judged or helped; the next run tries again.</param>
/// <param name="IsComplete">False when the bound of a run was reached before everything was looked at.</param>
public sealed record SweepReport(int Seen, ImmutableSortedDictionary<SweepAction, int> Actions, int Faults, bool IsComplete);
