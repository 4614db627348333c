namespace FunctionsNotify.DevHost;

/// <summary>What the demo reads of an outcome, as a payment backend would.</summary>
/// <param name="Kind"><c>delivery</c> or <c>message</c>.</param>
/// <param name="OutcomeId">The same outcome again has the same id.</param>
/// <param name="State">The state.</param>
/// <param name="PaymentId">The payment, where it could be read.</param>
/// <param name="MessageId">The message, for the kind <c>message</c>.</param>
/// <param name="AttemptCount">The attempts, for the kind <c>delivery</c>.</param>
internal sealed record DemoOutcome(string Kind, string OutcomeId, string State, string? PaymentId = null, string? MessageId = null, int AttemptCount = 0);
