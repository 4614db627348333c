namespace FunctionsNotify.Operations;

/// <summary>Has ended deliveries made again.</summary>
public interface IRedelivery
{
    /// <summary>
    /// Makes a payment's ended delivery again. The same call again, after a fault of any kind, goes on where it stopped
    /// and makes no second one; with the same key also after the redelivery has ended. A refusal by the rules is audited.
    /// </summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="request">What the operator wants.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="AuditUnavailableException">The audit log cannot be written; nothing was changed.</exception>
    Task<RedeliveryAnswer> RedeliverAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken);

    /// <summary>As <see cref="RedeliverAsync"/>, as one of many: their call's own audit entry stands for refusals.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="request">What the operator wants.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<RedeliveryAnswer> RedeliverOneOfManyAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken);

    /// <summary>What a redelivery would come to now; null when it would be made. Changes nothing.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="request">What the operator wants.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<RedeliveryAnswer?> ForeseeAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken);
}
