using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// An answer as it came from the wire: nothing in it is checked yet. A header that came more than once is joined with
/// a comma and then fails its check.
/// </summary>
public sealed record NotifyResponse
{
    public required int HttpStatus { get; init; }

    public string? ClientId { get; init; }

    public string? ResponseTime { get; init; }

    public string? Signature { get; init; }

    public string? TraceId { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>The raw body; null when it could not be read in full.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }
}

/// <summary>Checks an answer's signature over its raw bytes, before anything parses them; its Client-Id must be ours.</summary>
public sealed class ResponseVerifier(PublicKeyRing keys, string clientId, string path = NotifyPushPayment.Path)
{
    public Verification Verify(NotifyResponse response)
    {
        if (string.IsNullOrWhiteSpace(response.Signature))
        {
            return new Verification(VerificationStatus.NotSigned);
        }

        if (response.Body is not { } body || string.IsNullOrEmpty(response.ClientId) || string.IsNullOrEmpty(response.ResponseTime))
        {
            return new Verification(VerificationStatus.Malformed);
        }

        return string.Equals(response.ClientId, clientId, StringComparison.Ordinal)
            ? keys.Verify(SignatureContent.Build(path, clientId, response.ResponseTime, body.Span), response.Signature)
            : new Verification(VerificationStatus.WrongClientId);
    }
}

/// <param name="StartedAt">When the attempt began; also the Request-Time.</param>
/// <param name="EndedAt">When its answer was in.</param>
/// <param name="Duration">How long it took, by a clock that is never set back.</param>
internal readonly record struct AttemptTiming(DateTimeOffset StartedAt, DateTimeOffset EndedAt, TimeSpan Duration);

/// <summary>
/// Says what an answer means. Pure. Only a validly signed result ends a delivery; whatever else came, the notification
/// may have been received and is sent again.
/// </summary>
internal static class ResponseClassifier
{
    /// <summary>A Response-Time further than this from the Request-Time is warned about, not refused.</summary>
    public static readonly TimeSpan MaxClockDifference = TimeSpan.FromMinutes(15);

    // What could be read two ways is not read at all.
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static AttemptResult Classify(NotifyResponse response, Verification verification, AttemptTiming timing)
    {
        if (response.Body is not { } body)
        {
            return ClassifyIncomplete(response, "The answer's body could not be read in full.", timing);
        }

        var problem = Read(body.Span, out var result);
        var (kind, warnings, detail) = problem is null
            ? Decide(response, verification, result, timing.StartedAt)
            : (AttemptKind.NoResult, default, NoResult(response, verification, problem));
        return From(response, timing) with
        {
            Kind = kind,
            Detail = detail,
            Warnings = warnings,
            ResultStatus = result.ResultStatus,
            ResultCode = result.ResultCode,
            ResultMessage = result.ResultMessage,
            SignatureFault = kind == AttemptKind.NoResult && problem is null && !verification.IsValid ? verification.Status : null,
            SlowDown = AsksToSlowDown(response) || result.ResultCode == ResultCodeCatalogue.TrafficExceedLimit,
        };
    }

    /// <summary>Classifies an answer of which only the head is of use: its body broke off, came too late or is too long.</summary>
    public static AttemptResult ClassifyIncomplete(NotifyResponse response, string detail, AttemptTiming timing) =>
        From(response, timing) with { Detail = detail };

    private static AttemptResult From(NotifyResponse response, AttemptTiming timing) => new()
    {
        Kind = AttemptKind.NoResult,
        StartedAt = timing.StartedAt,
        Duration = timing.Duration,
        HttpStatus = response.HttpStatus,
        TraceId = response.TraceId,
        SlowDown = AsksToSlowDown(response),
        RetryAfter = RetryAfterHeader.Parse(response.RetryAfter, timing.EndedAt),
    };

    private static bool AsksToSlowDown(NotifyResponse response) => response.HttpStatus is 429 or 503 || response.RetryAfter is not null;

    /// <returns>Null when the result was read, else what is wrong, in a few words.</returns>
    private static string? Read(ReadOnlySpan<byte> body, out Result result)
    {
        result = new Result(null, null, null);
        if (body.IsEmpty)
        {
            return "the body is empty";
        }

        try
        {
            var answer = JsonSerializer.Deserialize<Body>(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, Strict);
            result = answer?.Result ?? result;
            return answer?.Result is null ? "the body holds no result object" : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8 or holds half a surrogate pair.
            return "the body holds no readable result";
        }
    }

    private static (AttemptKind Kind, AnswerWarnings Warnings, string? Detail) Decide(
        NotifyResponse response, Verification verification, Result result, DateTimeOffset requestTime)
    {
        if (result.ResultStatus is not (ResultStatus.Success or ResultStatus.Failure or ResultStatus.Unknown))
        {
            return (AttemptKind.NoResult, default, NoResult(response, verification, result.ResultStatus is null ? "resultStatus is missing" : "resultStatus is not S, F or U"));
        }

        if (result.ResultStatus == ResultStatus.Failure && ResultCodeCatalogue.IsSetUpCode(result.ResultCode))
        {
            var action = ResultCodeCatalogue.Describe(result.ResultCode, result.ResultStatus).Action;
            return (AttemptKind.SetupRejected, default, verification.IsValid ? action : $"{action} The answer is {verification.Describe()}.");
        }

        if (!verification.IsValid)
        {
            return (AttemptKind.NoResult, default, NoResult(response, verification, $"a {result.ResultStatus} without a valid signature does not count"));
        }

        var kind = result.ResultStatus switch
        {
            ResultStatus.Success => AttemptKind.Acknowledged,
            ResultStatus.Failure => AttemptKind.Rejected,
            _ => AttemptKind.Unknown,
        };
        var odd = Oddities(response, verification, result, requestTime).ToList();
        return (kind, odd.Aggregate(AnswerWarnings.None, (all, one) => all | one.Warning), odd.Count == 0 ? null : string.Join(' ', odd.Select(one => one.Text)));
    }

    private static IEnumerable<(AnswerWarnings Warning, string Text)> Oddities(
        NotifyResponse response, Verification verification, Result result, DateTimeOffset requestTime)
    {
        if (result is { ResultStatus: ResultStatus.Success, ResultCode: not ResultCodeCatalogue.Success })
        {
            yield return (AnswerWarnings.ResultCode, "Acknowledged with a code other than SUCCESS.");
        }
        else if (result.ResultCode is null)
        {
            yield return (AnswerWarnings.ResultCode, "The result holds no code.");
        }

        if (!DateTimeOffset.TryParse(response.ResponseTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            yield return (AnswerWarnings.ResponseTime, "The Response-Time could not be read.");
        }
        else if ((time - requestTime).Duration() > MaxClockDifference)
        {
            yield return (AnswerWarnings.ResponseTime, "The Response-Time is more than 15 minutes from the Request-Time: check the clocks.");
        }

        if (verification.IsUnannounced)
        {
            yield return (AnswerWarnings.KeyVersion, $"The answer names keyVersion {verification.KeyVersion ?? "nowhere"}, which is not configured, and is signed with a key that is.");
        }
    }

    private static string NoResult(NotifyResponse response, Verification verification, string problem) =>
        string.Create(CultureInfo.InvariantCulture, $"No result: {problem} (HTTP {response.HttpStatus}, {verification.Describe()}).");

    private sealed record Body(Result? Result);

    private sealed record Result(string? ResultStatus, string? ResultCode, string? ResultMessage);
}

/// <summary>The Retry-After header: whole seconds, or an HTTP date (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfterHeader
{
    public const string Name = "Retry-After";

    /// <summary>The longest wait that is told; a longer one counts as this.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromDays(365);

    private static readonly string[] DateFormats =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
        "ddd MMM d HH:mm:ss yyyy",
    ];

    /// <returns>The wait, from zero to <see cref="MaxWait"/>; null when the value is neither form.</returns>
    public static TimeSpan? Parse(string? value, DateTimeOffset now)
    {
        var text = value.AsSpan().Trim();
        if (text.IsEmpty || text.Length > 64)
        {
            return null;
        }

        if (!text.ContainsAnyExceptInRange('0', '9'))
        {
            // More digits than a ulong holds are still a number of seconds.
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < MaxWait.TotalSeconds
                ? TimeSpan.FromSeconds((long)seconds)
                : MaxWait;
        }

        return DateTimeOffset.TryParseExact(
            text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date)
                ? TimeSpan.FromTicks(Math.Clamp((date - now).Ticks, 0, MaxWait.Ticks))
                : null;
    }
}
