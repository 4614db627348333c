using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator;

/// <summary>
/// How one request is answered. A step is used only by a request that passed every check of Alipay+'s (client id,
/// signature, field rules, no contradiction); what fails them is answered by the checks.
/// </summary>
public sealed record ScriptStep
{
    /// <summary>A validly signed S at once.</summary>
    public static ScriptStep Success { get; } = new();

    /// <summary>The result's status: S, F, U, or any other text to see that it is no result. At most 64 characters.</summary>
    public string ResultStatus { get; init; } = "S";

    /// <summary>The result's code. Null: SUCCESS, PROCESS_FAIL or UNKNOWN_EXCEPTION, by the status. At most 512 characters.</summary>
    public string? ResultCode { get; init; }

    /// <summary>The result's message; null sends a short one. At most 4,096 characters.</summary>
    public string? ResultMessage { get; init; }

    /// <summary>How the answer is signed. Null: validly, but a body that is no result is not signed.</summary>
    public AnswerSigning? Signing { get; init; }

    /// <summary>The HTTP status, 200–599. Null: 200, or 307 where <see cref="Location"/> is set.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The wait before the answer, at most 10 minutes.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What happens to the connection.</summary>
    public ConnectionBehaviour Connection { get; init; }

    /// <summary>What the body holds.</summary>
    public AnswerBody Body { get; init; }

    /// <summary>A body to send as it is, in place of <see cref="Body"/>; signed as a result is. At most 1,000,000 characters.</summary>
    public string? RawBody { get; init; }

    /// <summary>The Retry-After header as it is sent: seconds, a date, or what a broken server makes of it. Printable ASCII.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The Location header of a redirect. Printable ASCII.</summary>
    public string? Location { get; init; }

    /// <summary>Another Client-Id than the acquirer's, in the header and in the signed content. Printable ASCII.</summary>
    public string? ClientId { get; init; }

    /// <summary>Added to the Response-Time: negative for a stale one. At most 3,650 days either way.</summary>
    public TimeSpan ResponseTimeShift { get; init; }

    /// <summary>The wait between two bytes of a <see cref="ConnectionBehaviour.Drip"/>, at most 1 minute.</summary>
    public TimeSpan DripInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Headers to leave out, of Client-Id, Response-Time, Trace-Id, Content-Type; the signature is the same.</summary>
    public IReadOnlyList<string> OmitHeaders { get; init; } = [];

    /// <summary>A validly signed F.</summary>
    /// <param name="resultCode">The code.</param>
    public static ScriptStep Failure(string resultCode) => new() { ResultStatus = "F", ResultCode = resultCode };

    /// <summary>A validly signed U.</summary>
    /// <param name="resultCode">The code.</param>
    public static ScriptStep Unknown(string resultCode = "UNKNOWN_EXCEPTION") => new() { ResultStatus = "U", ResultCode = resultCode };

    internal string EffectiveCode => ResultCode ?? ResultStatus switch
    {
        "S" => PaymentResult.SuccessCode,
        "F" => "PROCESS_FAIL",
        _ => "UNKNOWN_EXCEPTION",
    };

    internal int EffectiveHttpStatus => HttpStatus ?? (Location is null ? 200 : 307);

    internal bool IsResultShaped => RawBody is not null || Body is AnswerBody.Result or AnswerBody.Big or AnswerBody.Truncated;

    internal AnswerSigning EffectiveSigning => Signing ?? (IsResultShaped && Location is null ? AnswerSigning.Valid : AnswerSigning.None);

    // What a careful acquirer takes for the end of the delivery, if it still listens: from here on Alipay+ holds the
    // payment's result, and another one contradicts it.
    internal bool IsAcknowledgement =>
        ResultStatus == "S" && RawBody is null && (Body is AnswerBody.Result or AnswerBody.Big)
        && EffectiveSigning == AnswerSigning.Valid && ClientId is null && OmitHeaders.Count == 0
        && (Connection is ConnectionBehaviour.Keep or ConnectionBehaviour.Drip);
}
