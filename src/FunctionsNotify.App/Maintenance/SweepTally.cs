using System.Collections.Immutable;

namespace FunctionsNotify.App;

internal sealed class SweepTally(int maxSeen)
{
    private readonly SortedDictionary<SweepAction, int> _actions = [];
    private int _seen;
    private int _faults;
    private bool _complete = true;

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
