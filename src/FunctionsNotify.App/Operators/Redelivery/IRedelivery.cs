namespace FunctionsNotify.App;

internal interface IRedelivery
{
    // Makes a payment's ended delivery again. The same call again, after a fault of any kind, goes on where it stopped
    // and makes no second one; with the same key also after the redelivery has ended. A refusal by the rules is
    // audited.
    Task<RedeliveryAnswer> RedeliverAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken);

    Task<RedeliveryAnswer> RedeliverOneOfManyAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken);

    Task<RedeliveryAnswer?> ForeseeAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken);
}
