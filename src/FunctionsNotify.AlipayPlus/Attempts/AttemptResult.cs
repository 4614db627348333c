using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The result of one attempt, as a value: an attempt never ends in an exception. Every foreign text is cut to
/// <see cref="MaxTextLength"/> characters when the value is made, so that no answer can grow a record.
/// </summary>
public sealed record AttemptResult
{
    /// <summary>The longest foreign text that is kept, in UTF-16 characters. <c>[decided]</c></summary>
    public const int MaxTextLength = 256;

    /// <summary>What the attempt came to.</summary>
    public required AttemptKind Kind { get; init; }

    /// <summary>When the attempt began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the attempt took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The HTTP status code, where an answer came.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HttpStatus { get; init; }

    /// <summary><c>result.resultStatus</c> as received, where it could be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultStatus { get; init => field = Cut(value); }

    /// <summary><c>result.resultCode</c> as received, where it could be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultCode { get; init => field = Cut(value); }

    /// <summary><c>result.resultMessage</c> as received, where it could be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultMessage { get; init => field = Cut(value); }

    /// <summary>The answer's <c>Trace-Id</c> header, to name towards Alipay+.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init => field = Cut(value); }

    /// <summary>One short sentence for a person: what went wrong, never a secret or a body.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init => field = Cut(value); }

    /// <summary>
    /// True when the answer asked us to slow down (HTTP 429 or 503, a Retry-After header, or
    /// REQUEST_TRAFFIC_EXCEED_LIMIT); counts even unsigned. <c>[decided]</c>
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SlowDown { get; init; }

    /// <summary>The wait that the answer's Retry-After header asked for, as received; never negative.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Set exactly when <see cref="Kind"/> is <see cref="AttemptKind.Postponed"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? PostponeReason { get; init; }

    /// <summary>True when the request was handed to the network, so that Alipay+ may have received it.</summary>
    [JsonIgnore]
    public bool MayHaveBeenReceived => Kind is not (AttemptKind.NotSent or AttemptKind.Postponed);

    /// <summary>Nothing was tried.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="at">When that was found, UTC.</param>
    /// <param name="detail">One short sentence for a person.</param>
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
