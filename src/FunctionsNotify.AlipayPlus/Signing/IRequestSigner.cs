namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Makes the signature of a request: SHA-256 with RSA, PKCS#1 v1.5 <c>[family]</c>. Answers with a value; a signer that
/// cannot sign says so and never throws as control flow.
/// </summary>
public interface IRequestSigner
{
    /// <summary>Signs the content.</summary>
    /// <param name="content">The exact bytes to sign, see <see cref="SignatureContent"/>.</param>
    /// <param name="cancellationToken">Stops the attempt because the host stops.</param>
    ValueTask<SigningResult> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
