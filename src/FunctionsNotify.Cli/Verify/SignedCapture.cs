namespace FunctionsNotify.Cli;

/// <summary>A captured request or answer: what was on the wire, and nothing derived.</summary>
internal sealed record SignedCapture
{
    /// <summary>True for an answer of Alipay+, false for our request.</summary>
    public required bool IsResponse { get; init; }

    /// <summary>The request's method.</summary>
    public required string Method { get; init; }

    /// <summary>The request's path, as it stands in the request line.</summary>
    public required string Path { get; init; }

    /// <summary>The Host header, where it was captured.</summary>
    public string? Host { get; init; }

    /// <summary>The Client-Id header.</summary>
    public string? ClientId { get; init; }

    /// <summary>Request-Time of a request, Response-Time of an answer.</summary>
    public string? Time { get; init; }

    /// <summary>The other one of the two, where it was captured.</summary>
    public string? OtherTime { get; init; }

    /// <summary>The Signature header's value.</summary>
    public string? Signature { get; init; }

    /// <summary>The body's raw bytes.</summary>
    public required byte[] Body { get; init; }
}
