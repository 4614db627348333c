using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>What one try to send a notification came to. The kind alone decides what happens next.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptKind>))]
public enum AttemptKind
{
    /// <summary>A validly signed S: final, delivered.</summary>
    Acknowledged,

    /// <summary>A validly signed F with a code outside the set-up list: final, rejected for a business reason.</summary>
    Rejected,

    /// <summary>An F with a set-up code, signed or not. It alerts and is retried, so that a mended key heals every waiting payment.</summary>
    SetupRejected,

    /// <summary>A validly signed U: retry the same request.</summary>
    Unknown,

    /// <summary>No result after the request was handed over: retry, it may have been received.</summary>
    NoResult,

    /// <summary>A fault of ours before the wire (no key, a bug): retried, on the record.</summary>
    NotSent,

    /// <summary>Nothing was tried: not an attempt, uses no retry.</summary>
    Postponed,
}

/// <summary>Why nothing was tried; decides how long to wait before looking again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PostponeReason>))]
public enum PostponeReason
{
    BreakerOpen,

    SignerThrottled,

    /// <summary>This instance's own send limit was full.</summary>
    LimiterFull,

    /// <summary>An operator has paused sending for the whole app.</summary>
    Paused,

    /// <summary>Whether an earlier run has ended the delivery could not be read from its record.</summary>
    RecordUnread,
}

/// <summary>What is odd about an answer that counts.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<AnswerWarnings>))]
public enum AnswerWarnings
{
    None = 0,

    /// <summary>An acknowledgement's code is not SUCCESS, or there is no code.</summary>
    ResultCode = 1,

    /// <summary>The Response-Time is unreadable or far from the Request-Time.</summary>
    ResponseTime = 2,

    /// <summary>The named key version is unknown or missing; one of the configured keys made the signature.</summary>
    KeyVersion = 4,
}

/// <summary>
/// The result of one attempt, as a value: an attempt never ends in an exception. Every foreign text is cut when the
/// value is made, so that no answer can grow a record.
/// </summary>
public sealed record AttemptResult
{
    public const int MaxTextLength = 256;

    public required AttemptKind Kind { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    [JsonIgnore]
    public DateTimeOffset EndedAt => StartedAt + Duration;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HttpStatus { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultStatus { get; init => field = Cut(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultCode { get; init => field = Cut(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultMessage { get; init => field = Cut(value); }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init => field = Cut(value); }

    /// <summary>One short sentence for a person: what went wrong, never a secret or a body.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init => field = Cut(value); }

    /// <summary>What is odd about an answer that counts; <see cref="Detail"/> says it in words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AnswerWarnings Warnings { get; init; }

    /// <summary>
    /// The answer asked us to slow down: HTTP 429 or 503, Retry-After or REQUEST_TRAFFIC_EXCEED_LIMIT; counts even unsigned.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SlowDown { get; init; }

    /// <summary>The wait that Retry-After asked for, never negative.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why a result that could be read did not count: its signature.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VerificationStatus? SignatureFault { get; init; }

    /// <summary>Set exactly when the kind is Postponed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? PostponeReason { get; init; }

    public static AttemptResult Postponed(PostponeReason reason, DateTimeOffset at, string? detail = null) => new()
    {
        Kind = AttemptKind.Postponed,
        PostponeReason = reason,
        StartedAt = at,
        Duration = TimeSpan.Zero,
        Detail = detail,
    };

    private static string? Cut(string? text) => ForeignText.Cut(text, MaxTextLength);
}

/// <summary>Keeps text that others wrote from growing our records, and from writing lines of our log.</summary>
public static class ForeignText
{
    private const char Replacement = '\uFFFD';

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        if (text is null)
        {
            return null;
        }

        // A cut between the halves of a surrogate pair would make a text that is not valid UTF-8.
        var cut = text.Length <= maxLength ? text : text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(character => char.IsControl(character) ? Replacement : character)) : cut;
    }
}
