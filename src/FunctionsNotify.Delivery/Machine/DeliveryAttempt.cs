using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

internal sealed record DeliveryAttempt(int Number, DateTimeOffset DueAt, AttemptResult Result);
