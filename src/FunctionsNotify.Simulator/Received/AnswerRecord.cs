using System.Text.Json.Serialization;

namespace FunctionsNotify.Simulator;

/// <summary>What the simulator set out to answer; the connection may still fail on the way.</summary>
public sealed record AnswerRecord
{
    /// <summary>What decided on the answer.</summary>
    public required AnswerSource Source { get; init; }

    /// <summary>The script's step, from 0; null where no script decided.</summary>
    public int? Step { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int HttpStatus { get; init; }

    /// <summary>The result's status; null where the body holds no result.</summary>
    public string? ResultStatus { get; init; }

    /// <summary>The result's code; null where the body holds no result.</summary>
    public string? ResultCode { get; init; }

    /// <summary>How the answer is signed (JSON: <c>signed</c>, as one of the words).</summary>
    [JsonPropertyName("signed")]
    public required AnswerSigning Signing { get; init; }

    /// <summary>What the body holds.</summary>
    public required AnswerBody Body { get; init; }

    /// <summary>What happens to the connection.</summary>
    public required ConnectionBehaviour Connection { get; init; }

    /// <summary>The wait before the answer.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>The Trace-Id header.</summary>
    public required string TraceId { get; init; }
}
