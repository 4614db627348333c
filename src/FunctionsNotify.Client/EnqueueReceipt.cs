using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Client;

/// <summary>The notification is on the queue. Its outcome comes on the outcome queue, not here.</summary>
/// <param name="MessageId">The queue's id of the message; an outcome about the message, not the payment, names it.</param>
/// <param name="PaymentId">The payment.</param>
/// <param name="Warnings">Unconfirmed rules that the notification breaks: it is sent anyway, and Alipay+ decides.</param>
public sealed record EnqueueReceipt(string MessageId, string PaymentId, IReadOnlyList<Violation> Warnings);
