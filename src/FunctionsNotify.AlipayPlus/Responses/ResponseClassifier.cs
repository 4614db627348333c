using System.Globalization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Says what an answer means. Pure. Only a validly signed result ends a delivery; whatever else came, the notification
/// may have been received and is sent again. <c>[decided]</c>
/// </summary>
public static class ResponseClassifier
{
    /// <summary>A Response-Time further than this from the Request-Time is warned about, not refused. <c>[decided]</c></summary>
    public static readonly TimeSpan MaxClockDifference = TimeSpan.FromMinutes(15);

    private const int TooManyRequests = 429;
    private const int ServiceUnavailable = 503;

    /// <summary>Classifies a complete answer.</summary>
    /// <param name="response">The answer as received.</param>
    /// <param name="verification">What checking its signature came to.</param>
    /// <param name="timing">When the attempt began and ended.</param>
    public static AttemptResult Classify(NotifyResponse response, Verification verification, AttemptTiming timing)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.Body is not { } body)
        {
            return ClassifyIncomplete(response, "The answer's body could not be read in full.", timing);
        }

        var problem = ResultBody.TryRead(body, out var result);
        var (kind, detail) = problem is null
            ? Decide(response, verification, result, timing.StartedAt)
            : (AttemptKind.NoResult, NoResult(response, verification, problem));
        return From(response, timing) with
        {
            Kind = kind,
            Detail = detail,
            ResultStatus = result.Status,
            ResultCode = result.Code,
            ResultMessage = result.Message,
            SlowDown = AsksToSlowDown(response) || result.Code == ResultCodeCatalogue.TrafficExceedLimit,
        };
    }

    /// <summary>Classifies an answer of which only the head is of use: its body broke off, came too late or is too long.</summary>
    /// <param name="response">The answer's head.</param>
    /// <param name="detail">One short sentence for a person.</param>
    /// <param name="timing">When the attempt began and ended.</param>
    public static AttemptResult ClassifyIncomplete(NotifyResponse response, string detail, AttemptTiming timing)
    {
        ArgumentNullException.ThrowIfNull(response);
        return From(response, timing) with { Detail = detail };
    }

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

    private static bool AsksToSlowDown(NotifyResponse response) =>
        response.HttpStatus is TooManyRequests or ServiceUnavailable || response.RetryAfter is not null;

    private static (AttemptKind Kind, string? Detail) Decide(
        NotifyResponse response, Verification verification, ResultBody result, DateTimeOffset requestTime)
    {
        if (result.Status is not (ResultStatus.Success or ResultStatus.Failure or ResultStatus.Unknown))
        {
            return (AttemptKind.NoResult, NoResult(response, verification, result.Status is null ? "resultStatus is missing" : "resultStatus is not S, F or U"));
        }

        if (result.Status == ResultStatus.Failure && ResultCodeCatalogue.IsSetUpCode(result.Code))
        {
            var action = ResultCodeCatalogue.Describe(result.Code, result.Status).Action;
            return (AttemptKind.SetupRejected, verification.IsValid ? action : $"{action} The answer is {verification.Describe()}.");
        }

        if (!verification.IsValid)
        {
            return (AttemptKind.NoResult, NoResult(response, verification, $"a {result.Status} without a valid signature does not count"));
        }

        var kind = result.Status switch
        {
            ResultStatus.Success => AttemptKind.Acknowledged,
            ResultStatus.Failure => AttemptKind.Rejected,
            _ => AttemptKind.Unknown,
        };
        return (kind, Warnings(response, result, requestTime));
    }

    private static string NoResult(NotifyResponse response, Verification verification, string problem) =>
        string.Create(CultureInfo.InvariantCulture, $"No result: {problem} (HTTP {response.HttpStatus}, {verification.Describe()}).");

    private static string? Warnings(NotifyResponse response, ResultBody result, DateTimeOffset requestTime)
    {
        var code = result switch
        {
            { Status: ResultStatus.Success, Code: not ResultCodeCatalogue.Success } => "Acknowledged with a code other than SUCCESS.",
            { Code: null } => "The result holds no code.",
            _ => null,
        };
        var clock = ClockWarning(response.ResponseTime, requestTime);
        return code is not null && clock is not null ? $"{code} {clock}" : code ?? clock;
    }

    private static string? ClockWarning(string? responseTime, DateTimeOffset requestTime)
    {
        if (!DateTimeOffset.TryParse(responseTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return "The Response-Time could not be read.";
        }

        return (time - requestTime).Duration() > MaxClockDifference
            ? "The Response-Time is more than 15 minutes from the Request-Time: check the clocks."
            : null;
    }
}
