namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Checks an answer's signature over its raw bytes, before anything parses them <c>[family]</c>. The answer's Client-Id
/// must be ours and its key version known <c>[decided]</c>.
/// </summary>
public sealed class ResponseVerifier
{
    private readonly PublicKeyRing _keys;
    private readonly string _clientId;
    private readonly string _path;

    /// <summary>Makes the verifier.</summary>
    /// <param name="keys">Alipay+'s public keys; the caller keeps and disposes them.</param>
    /// <param name="clientId">Our Client-Id.</param>
    /// <param name="path">The request's path; it is the answer's first signed line too. <c>[family]</c></param>
    public ResponseVerifier(PublicKeyRing keys, string clientId, string path = NotifyPushPayment.Path)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentException.ThrowIfNullOrEmpty(clientId);
        ArgumentException.ThrowIfNullOrEmpty(path);
        _keys = keys;
        _clientId = clientId;
        _path = path;
    }

    /// <summary>Checks the answer.</summary>
    /// <param name="response">The answer as received.</param>
    /// <returns>The verdict; never an exception for what the other side sent.</returns>
    public Verification Verify(NotifyResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (string.IsNullOrWhiteSpace(response.Signature))
        {
            return new Verification(VerificationStatus.NotSigned);
        }

        if (response.Body is not { } body || string.IsNullOrEmpty(response.ClientId) || string.IsNullOrEmpty(response.ResponseTime))
        {
            return new Verification(VerificationStatus.Malformed);
        }

        return string.Equals(response.ClientId, _clientId, StringComparison.Ordinal)
            ? _keys.Verify(SignatureContent.Build(_path, _clientId, response.ResponseTime, body.Span), response.Signature)
            : new Verification(VerificationStatus.WrongClientId);
    }
}
