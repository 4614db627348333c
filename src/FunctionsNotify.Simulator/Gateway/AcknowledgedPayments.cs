using System.Collections.Concurrent;

namespace FunctionsNotify.Simulator;

/// <summary>The content that each payment was acknowledged with, to notice a second, other one. Bounded; thread-safe.</summary>
internal sealed class AcknowledgedPayments(int maxPayments)
{
    private readonly ConcurrentDictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private int _count;
    private long _notRemembered;

    /// <summary>How many acknowledged payments found no place, so that a contradiction of theirs would go unseen.</summary>
    public long NotRemembered => Interlocked.Read(ref _notRemembered);

    /// <summary>True when the payment was acknowledged with another content.</summary>
    public bool Contradicts(string paymentId, string canonicalHash) =>
        _hashes.TryGetValue(paymentId, out var acknowledged) && acknowledged != canonicalHash;

    /// <summary>Remembers the content; false when another one was acknowledged before.</summary>
    public bool TryAcknowledge(string paymentId, string canonicalHash)
    {
        if (_hashes.TryGetValue(paymentId, out var acknowledged))
        {
            return acknowledged == canonicalHash;
        }

        if (Volatile.Read(ref _count) >= maxPayments)
        {
            Interlocked.Increment(ref _notRemembered);
            return true;
        }

        if (_hashes.TryAdd(paymentId, canonicalHash))
        {
            Interlocked.Increment(ref _count);
            return true;
        }

        return !Contradicts(paymentId, canonicalHash);
    }

    public void Clear()
    {
        foreach (var paymentId in _hashes.Keys)
        {
            if (_hashes.TryRemove(paymentId, out _))
            {
                Interlocked.Decrement(ref _count);
            }
        }

        Interlocked.Exchange(ref _notRemembered, 0);
    }
}
