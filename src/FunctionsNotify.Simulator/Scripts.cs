using System.Collections.Concurrent;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator;

/// <summary>How an answer is signed.</summary>
public enum AnswerSigning
{
    Valid,

    /// <summary>Without a Signature header.</summary>
    None,

    /// <summary>With a key that is not Alipay+'s, under its key version.</summary>
    WrongKey,

    /// <summary>Over another body than the one that is sent.</summary>
    WrongBody,

    /// <summary>With a key that is not Alipay+'s, under a key version that was never announced.</summary>
    UnknownKeyVersion,

    /// <summary>With Alipay+'s key, but under keyVersion 0, as samples of the family show it.</summary>
    KeyVersionZero,

    /// <summary>With a Signature header that cannot be read.</summary>
    Malformed,
}

/// <summary>What an answer's body holds.</summary>
public enum AnswerBody
{
    /// <summary>The result in Alipay+'s form.</summary>
    Result,

    /// <summary>A result with so much beside it that the body is larger than 64 KB.</summary>
    Big,

    /// <summary>The first half of the result's bytes, in an answer that is whole otherwise; its signature is the whole body's.</summary>
    Truncated,

    /// <summary>A proxy's HTML page; unsigned unless the step says otherwise.</summary>
    Html,

    /// <summary>Bytes that are neither JSON nor UTF-8; unsigned unless the step says otherwise.</summary>
    Garbage,

    /// <summary>Nothing; unsigned unless the step says otherwise.</summary>
    Empty,
}

/// <summary>What happens to the connection while an answer is sent.</summary>
public enum ConnectionBehaviour
{
    /// <summary>The answer is sent whole.</summary>
    Keep,

    /// <summary>The connection is dropped before a byte of the answer.</summary>
    Drop,

    /// <summary>The connection is reset after half the body.</summary>
    Reset,

    /// <summary>The connection ends after half the body, although the headers announced all of it.</summary>
    Cut,

    /// <summary>The body comes byte by byte, the step's drip interval apart.</summary>
    Drip,
}

/// <summary>
/// How one request is answered. A step is used only by a request that passed every check of Alipay+'s (client id,
/// signature, field rules, no contradiction); what fails them is answered by the checks.
/// </summary>
public sealed record ScriptStep
{
    /// <summary>A validly signed S at once.</summary>
    public static ScriptStep Success { get; } = new();

    /// <summary>S, F, U, or any other text to see that it is no result.</summary>
    public string ResultStatus { get; init; } = "S";

    /// <summary>Null: SUCCESS, PROCESS_FAIL or UNKNOWN_EXCEPTION, by the status.</summary>
    public string? ResultCode { get; init; }

    public string? ResultMessage { get; init; }

    /// <summary>Null: validly, but a body that is no result is not signed.</summary>
    public AnswerSigning? Signing { get; init; }

    /// <summary>Null: 200, or 307 where there is a location.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The wait before the answer.</summary>
    public TimeSpan Delay { get; init; }

    public ConnectionBehaviour Connection { get; init; }

    public AnswerBody Body { get; init; }

    /// <summary>A body to send as it is, in place of <see cref="Body"/>; signed as a result is.</summary>
    public string? RawBody { get; init; }

    /// <summary>The Retry-After header: seconds, a date, or what a broken server makes of it.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The Location header of a redirect.</summary>
    public string? Location { get; init; }

    /// <summary>Another Client-Id than the acquirer's, in the header and in the signed content.</summary>
    public string? ClientId { get; init; }

    public TimeSpan DripInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A validly signed F.</summary>
    public static ScriptStep Failure(string resultCode) => new() { ResultStatus = "F", ResultCode = resultCode };

    /// <summary>A validly signed U.</summary>
    public static ScriptStep Unknown(string resultCode = "UNKNOWN_EXCEPTION") => new() { ResultStatus = "U", ResultCode = resultCode };

    internal string EffectiveCode => ResultCode ?? ResultStatus switch
    {
        "S" => PaymentResult.SuccessCode,
        "F" => "PROCESS_FAIL",
        _ => "UNKNOWN_EXCEPTION",
    };

    internal int EffectiveHttpStatus => HttpStatus ?? (Location is null ? 200 : 307);

    internal bool HasResult => RawBody is null && Body is AnswerBody.Result or AnswerBody.Big or AnswerBody.Truncated;

    internal AnswerSigning EffectiveSigning =>
        Signing ?? ((RawBody is not null || HasResult) && Location is null ? AnswerSigning.Valid : AnswerSigning.None);

    // What a careful acquirer takes for the end of the delivery, if it still listens: from here on Alipay+ holds the
    // payment's result, and another one contradicts it.
    internal bool IsAcknowledgement =>
        ResultStatus == "S" && HasResult && Body != AnswerBody.Truncated && ClientId is null
        && EffectiveSigning is AnswerSigning.Valid or AnswerSigning.KeyVersionZero
        && Connection is ConnectionBehaviour.Keep or ConnectionBehaviour.Drip;

    internal IEnumerable<string> Problems()
    {
        if (EffectiveHttpStatus is < 200 or > 599 or 204 or 205 or 304)
        {
            yield return "httpStatus: must be 200 to 599, and one that can have a body";
        }

        if (Delay < TimeSpan.Zero || Delay > TimeSpan.FromMinutes(10))
        {
            yield return "delay: must be 0 to 10 minutes";
        }

        if (DripInterval < TimeSpan.Zero || DripInterval > TimeSpan.FromMinutes(1))
        {
            yield return "dripInterval: must be 0 to 1 minute";
        }

        if (new[] { RetryAfter, Location, ClientId }.Any(header => header?.Trim() is "" or { Length: > 1024 } || header?.Any(character => character is < ' ' or > '~') == true))
        {
            yield return "retryAfter, location, clientId: must be 1 to 1024 printable ASCII characters";
        }
    }
}

/// <summary>An ordered list of steps, each used once; the last one repeats.</summary>
public sealed record Script
{
    public required IReadOnlyList<ScriptStep> Steps { get; init; }

    public static Script Of(params ScriptStep[] steps) => new() { Steps = steps };

    internal IEnumerable<string> Problems() => Steps.Count == 0
        ? ["steps: must not be empty"]
        : Steps.SelectMany((step, index) => step.Problems().Select(problem => $"steps[{index}].{problem}"));
}

/// <summary>
/// The scripts: one per payment where set, and the default. Each payment goes through the default script's steps on its
/// own, so that "U, then S" means that for every payment. Thread-safe.
/// </summary>
public sealed class ScriptBook
{
    private readonly ConcurrentDictionary<string, Run> _own = new(StringComparer.Ordinal);
    private volatile DefaultScript? _default;

    internal ScriptBook()
    {
    }

    /// <summary>Sets a payment's script; it starts at its first step.</summary>
    /// <exception cref="ArgumentException">A value is not allowed; the message names every field and rule.</exception>
    public void Set(string paymentId, Script script) => _own[paymentId] = new Run(Checked(script));

    public void Set(string paymentId, params ScriptStep[] steps) => Set(paymentId, Script.Of(steps));

    /// <summary>Sets the default script; every payment without an own script starts at its first step.</summary>
    /// <exception cref="ArgumentException">A value is not allowed; the message names every field and rule.</exception>
    public void SetDefault(Script script) => _default = new DefaultScript(Checked(script));

    public void SetDefault(params ScriptStep[] steps) => SetDefault(Script.Of(steps));

    /// <summary>Removes every script, the default too: everything is answered S again.</summary>
    public void Clear()
    {
        _own.Clear();
        _default = null;
    }

    internal (ScriptStep Step, int? Index) Next(string paymentId) =>
        _own.TryGetValue(paymentId, out var run) ? run.Next() : _default?.Next(paymentId) ?? (ScriptStep.Success, null);

    private static Script Checked(Script script)
    {
        // The caller may go on changing its list.
        var copy = script with { Steps = [.. script.Steps] };
        var problems = copy.Problems().ToList();
        return problems.Count == 0 ? copy : throw new ArgumentException(string.Join("; ", problems), nameof(script));
    }

    private sealed class Run(Script script)
    {
        private int _used;

        public (ScriptStep Step, int? Index) Next()
        {
            var index = Math.Min(Interlocked.Increment(ref _used), script.Steps.Count) - 1;
            return (script.Steps[index], index);
        }
    }

    private sealed class DefaultScript(Script script)
    {
        private readonly ConcurrentDictionary<string, Run> _runs = new(StringComparer.Ordinal);

        public (ScriptStep Step, int? Index) Next(string paymentId) => _runs.GetOrAdd(paymentId, _ => new Run(script)).Next();
    }
}
