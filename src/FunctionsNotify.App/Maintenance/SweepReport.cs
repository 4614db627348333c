using System.Collections.Immutable;

namespace FunctionsNotify.App;

internal sealed record SweepReport(int Seen, ImmutableSortedDictionary<SweepAction, int> Actions, int Faults, bool IsComplete);
