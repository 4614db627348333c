namespace FunctionsNotify.App;

internal sealed record IntakeResult(IntakeVerdict Verdict, string? PaymentId, string? DeliveryId);
