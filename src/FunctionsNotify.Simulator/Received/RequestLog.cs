namespace FunctionsNotify.Simulator;

/// <summary>
/// Every request that came in, in order, bounded: the oldest are dropped, and counted, never silently. Thread-safe; a
/// record costs one short lock.
/// </summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _entries = new();
    private readonly int _maxRecords;
    private readonly long _maxBytes;
    private long _bytes;
    private long _lastSequence;
    private long _dropped;

    internal RequestLog(int maxRecords, long maxBytes)
    {
        _maxRecords = maxRecords;
        _maxBytes = maxBytes;
    }

    /// <summary>How many requests came in since the start.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
            {
                return _lastSequence;
            }
        }
    }

    /// <summary>How many records had to be dropped since the start or the last <see cref="Clear"/>.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                return _dropped;
            }
        }
    }

    /// <summary>What is remembered, in order.</summary>
    /// <param name="paymentId">Only this payment's; null for all.</param>
    /// <param name="since">Only records after this sequence number.</param>
    public IReadOnlyList<ReceivedRequest> List(string? paymentId = null, long since = 0) => Page(paymentId, since, int.MaxValue).Requests;

    /// <summary>A part of what is remembered, in order.</summary>
    /// <param name="paymentId">Only this payment's; null for all.</param>
    /// <param name="since">Only records after this sequence number.</param>
    /// <param name="limit">The most records to return, 1 or more.</param>
    public ReceivedPage Page(string? paymentId, long since, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        Entry[] entries;
        long dropped;
        lock (_lock)
        {
            entries = [.. _entries];
            dropped = _dropped;
        }

        var matching = new List<ReceivedRequest>();
        foreach (var entry in entries)
        {
            var request = entry.Request;
            if (request.Sequence <= since || (paymentId is not null && request.PaymentId != paymentId))
            {
                continue;
            }

            if (matching.Count == limit)
            {
                return new(matching, dropped, matching[^1].Sequence, HasMore: true);
            }

            matching.Add(request);
        }

        return new(matching, dropped, matching.Count == 0 ? since : matching[^1].Sequence, HasMore: false);
    }

    /// <summary>Forgets every record and the count of dropped ones; sequence numbers go on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _bytes = 0;
            _dropped = 0;
        }
    }

    internal void Add(ReceivedRequest request, long size)
    {
        lock (_lock)
        {
            _entries.Enqueue(new(request with { Sequence = ++_lastSequence }, size));
            _bytes += size;
            // The newest stays, whatever its size: a log that forgets what it was just told proves nothing.
            while (_entries.Count > 1 && (_entries.Count > _maxRecords || _bytes > _maxBytes))
            {
                _bytes -= _entries.Dequeue().Size;
                _dropped++;
            }
        }
    }

    private readonly record struct Entry(ReceivedRequest Request, long Size);
}
