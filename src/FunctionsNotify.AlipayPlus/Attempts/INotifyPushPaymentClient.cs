namespace FunctionsNotify.AlipayPlus;

/// <summary>Sends one notification to Alipay+ and says what came of it.</summary>
public interface INotifyPushPaymentClient
{
    /// <summary>
    /// Signs and sends the body exactly as given, verifies the answer and classifies it. Every attempt carries a fresh
    /// Request-Time and signature over the same bytes. <c>[decided]</c>
    /// </summary>
    /// <param name="body">The notification's bytes, UTF-8 JSON; they are sent untouched.</param>
    /// <param name="cancellationToken">Stops the attempt because the host stops.</param>
    /// <returns>The result as a value; no failure of the network, the answer or the signer is an exception.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<AttemptResult> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
