namespace FunctionsNotify.Scenarios;

/// <summary>One attempt of a delivery, in an outcome and in the API's answer.</summary>
public sealed record Attempt(int Number, DateTimeOffset DueAt, AttemptResult Result)
{
    /// <summary>When the attempt ended.</summary>
    public DateTimeOffset EndedAt => Result.StartedAt + Result.Duration;
}

/// <summary>What an attempt came to.</summary>
public sealed record AttemptResult(string Kind, DateTimeOffset StartedAt, TimeSpan Duration, int? HttpStatus, string? ResultStatus, string? ResultCode, string? Detail);
