namespace FunctionsNotify.Deliveries;

/// <summary>What intake made of a message.</summary>
/// <param name="Verdict">Accepted, duplicate, conflict, invalid or broken.</param>
/// <param name="PaymentId">The payment, where it could be read.</param>
/// <param name="DeliveryId">The payment's delivery, null for an invalid message.</param>
public sealed record IntakeResult(IntakeVerdict Verdict, string? PaymentId, string? DeliveryId);
