namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// An answer as it came from the wire: nothing in it is checked yet. A header that came more than once is joined with
/// <c>, </c> and then fails its check.
/// </summary>
public sealed record NotifyResponse
{
    /// <summary>The HTTP status code.</summary>
    public required int HttpStatus { get; init; }

    /// <summary>The Client-Id header.</summary>
    public string? ClientId { get; init; }

    /// <summary>The Response-Time header.</summary>
    public string? ResponseTime { get; init; }

    /// <summary>The Signature header.</summary>
    public string? Signature { get; init; }

    /// <summary>The Trace-Id header.</summary>
    public string? TraceId { get; init; }

    /// <summary>The Retry-After header.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The raw body; null when it could not be read in full.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }
}
