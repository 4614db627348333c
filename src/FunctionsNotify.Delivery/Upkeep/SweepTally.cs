using System.Collections.Immutable;

namespace FunctionsNotify.Deliveries;

/// <summary>Counts what a run does, and bounds it.</summary>
internal sealed class SweepTally(int maxSeen)
{
    private readonly SortedDictionary<SweepAction, int> _actions = [];
    private int _seen;
    private int _faults;
    private bool _complete = true;

    /// <summary>False when the run has looked at as many deliveries as it may.</summary>
    public bool TrySee()
    {
        if (_seen == maxSeen)
        {
            _complete = false;
            return false;
        }

        _seen++;
        return true;
    }

    public void Did(SweepAction action)
    {
        if (action != SweepAction.None)
        {
            _actions[action] = _actions.GetValueOrDefault(action) + 1;
        }
    }

    public void Faulted() => _faults++;

    public SweepReport Report() => new(_seen, _actions.ToImmutableSortedDictionary(), _faults, _complete);
}
