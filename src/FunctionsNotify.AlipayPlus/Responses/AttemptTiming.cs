namespace FunctionsNotify.AlipayPlus;

/// <summary>When an attempt began and ended.</summary>
/// <param name="StartedAt">When it began, UTC; also the Request-Time.</param>
/// <param name="EndedAt">When its answer was in, UTC.</param>
/// <param name="Duration">How long it took, by a clock that is never set back.</param>
public readonly record struct AttemptTiming(DateTimeOffset StartedAt, DateTimeOffset EndedAt, TimeSpan Duration);
