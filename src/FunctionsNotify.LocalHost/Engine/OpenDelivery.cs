using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>A delivery in hand. Its changes are decided one after the other and recorded in that order.</summary>
internal sealed class OpenDelivery(Delivery delivery, ReadOnlyMemory<byte> body)
{
    private readonly Lock _lock = new();
    private Delivery _decided = delivery;
    private Delivery _recorded = delivery;

    /// <summary>The bytes that every attempt sends.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>The last state that is on the disk, or follows from it by itself.</summary>
    public Delivery Recorded => Volatile.Read(ref _recorded);

    /// <summary>When the attempt that is due became due; orders the attempts that wait for a sender.</summary>
    public DateTimeOffset DueAt { get; private set; } = delivery.DueAt;

    /// <summary>Decides a change and hands it to the writer, both in one step: the order of records is the order of decisions.</summary>
    /// <param name="decide">The decision; returning its argument changes nothing.</param>
    /// <param name="writer">Records it.</param>
    /// <returns>The states before and after, and the record to wait for; null when nothing changed.</returns>
    public (Delivery Before, Delivery After, StateChange? Record) Change(Func<Delivery, Delivery> decide, StateWriter writer)
    {
        lock (_lock)
        {
            var before = _decided;
            var after = decide(before);
            if (ReferenceEquals(before, after))
            {
                return (before, before, null);
            }

            _decided = after;
            DueAt = after.DueAt;
            return (before, after, writer.Enqueue(new RecordChange(after)));
        }
    }

    /// <summary>The wait for a state's next attempt is over. False when something else has happened since.</summary>
    /// <param name="waiting">The state that was waited in.</param>
    public bool TimerFired(Delivery waiting)
    {
        lock (_lock)
        {
            // A refused command changes the record and not the wait.
            if (_decided.Phase != DeliveryPhase.Waiting || _decided.NextAttempt != waiting.NextAttempt || _decided.Postponements != waiting.Postponements)
            {
                return false;
            }

            // Not recorded: after a crash the recorded wait, being over, leads to the same attempt.
            _decided = _decided.TimerFired();
            _recorded = _decided;
            return true;
        }
    }

    /// <summary>A state is on the disk.</summary>
    public void SetRecorded(Delivery state)
    {
        lock (_lock)
        {
            if (state.Sequence > _recorded.Sequence)
            {
                _recorded = state;
            }
        }
    }
}
