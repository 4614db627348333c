using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>One attempt on a delivery's record.</summary>
/// <param name="Number">The attempt's number, from 1; retry n is attempt n + 1.</param>
/// <param name="DueAt">When it was due, UTC.</param>
/// <param name="Result">What it came to.</param>
public sealed record DeliveryAttempt(int Number, DateTimeOffset DueAt, AttemptResult Result);
