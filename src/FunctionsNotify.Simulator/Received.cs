using System.Text;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator;

/// <summary>What the checks found in a request.</summary>
public sealed record RequestVerdict
{
    /// <summary>True when the request passed every check, so that a script answered it.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>The signature's verdict; NotSigned also where the checks did not come so far.</summary>
    public required VerificationStatus Signature { get; init; }

    /// <summary>Every violated field rule, refusals and warnings; judged also where the signature is bad.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>Why a check refused the request: one short sentence, without values from the request; null when none did.</summary>
    public string? Refusal { get; init; }

    /// <summary>What was odd, but no reason to refuse, such as a Request-Time far from the clock.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>True when the payment was acknowledged (a signed S) with another content before: two results for one payment.</summary>
    public bool IsContradiction { get; init; }
}

/// <summary>What the simulator set out to answer; the connection may still fail on the way.</summary>
/// <param name="Step">The script's step, from 0; null where no script decided.</param>
/// <param name="ResultStatus">The result's status; null where the body holds no result.</param>
/// <param name="ResultCode">The result's code; null where the body holds no result.</param>
public sealed record AnswerRecord(int? Step, int HttpStatus, string? ResultStatus, string? ResultCode, string TraceId);

/// <summary>One request as it came in, what was found in it and what it was answered. Recorded before the answer is sent.</summary>
public sealed record ReceivedRequest
{
    /// <summary>The place in the order of records: 1, 2, 3 …, without gaps.</summary>
    public long Sequence { get; init; }

    /// <summary>When the request's headers had arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>The headers, in the sender's spelling; a header that came several times has several values.</summary>
    public required IReadOnlyDictionary<string, string[]> Headers { get; init; }

    /// <summary>The exact bytes of the body.</summary>
    [JsonPropertyName("bodyBase64")]
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as text; null when it is not valid UTF-8.</summary>
    public string? BodyText => Utf8.IsValid(Body.Span) ? Encoding.UTF8.GetString(Body.Span) : null;

    /// <summary>The payment's id where it could be read, also from a request that was refused.</summary>
    public string? PaymentId { get; init; }

    public required RequestVerdict Verdict { get; init; }

    public required AnswerRecord Answer { get; init; }

    /// <summary>A header's value, its values joined by commas where it came several times; null when it did not come.</summary>
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { } values ? string.Join(", ", values) : null;
}

/// <summary>A part of what was received, in order.</summary>
/// <param name="Dropped">How many records had to be dropped; not 0 means that the record is not complete.</param>
/// <param name="LastSequence">The sequence number of the last request on the page, or what was asked for: the next page's <c>since</c>.</param>
/// <param name="HasMore">True when more requests match.</param>
public sealed record ReceivedPage(IReadOnlyList<ReceivedRequest> Requests, long Dropped, long LastSequence, bool HasMore);

/// <summary>
/// Every request that came in, in order, bounded: the oldest are dropped, and counted, never silently. Thread-safe; a
/// record costs one short lock.
/// </summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly Queue<ReceivedRequest> _requests = new();
    private readonly int _maxRecords;
    private long _lastSequence;
    private long _dropped;

    internal RequestLog(int maxRecords = 50_000) => _maxRecords = maxRecords;

    /// <summary>How many requests came in since the start.</summary>
    public long Total => Interlocked.Read(ref _lastSequence);

    /// <summary>What is remembered, in order, after a sequence number; of one payment or of all.</summary>
    public IReadOnlyList<ReceivedRequest> List(string? paymentId = null, long since = 0) => Page(paymentId, since, int.MaxValue - 1).Requests;

    public ReceivedPage Page(string? paymentId, long since, int limit)
    {
        ReceivedRequest[] requests;
        long dropped;
        lock (_lock)
        {
            requests = [.. _requests];
            dropped = _dropped;
        }

        var matching = requests.Where(request => request.Sequence > since && (paymentId is null || request.PaymentId == paymentId)).Take(limit + 1).ToList();
        var page = matching[..Math.Min(limit, matching.Count)];
        return new(page, dropped, page.Count == 0 ? since : page[^1].Sequence, matching.Count > limit);
    }

    /// <summary>Forgets every record and the count of dropped ones; sequence numbers go on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
            _dropped = 0;
        }
    }

    internal void Add(ReceivedRequest request)
    {
        lock (_lock)
        {
            _requests.Enqueue(request with { Sequence = ++_lastSequence });
            while (_requests.Count > _maxRecords)
            {
                _requests.Dequeue();
                _dropped++;
            }
        }
    }
}
