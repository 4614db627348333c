namespace FunctionsNotify.AlipayPlus;

/// <summary>What a signer answered: a signature, "throttled", or a fault.</summary>
public abstract record SigningResult
{
    private SigningResult()
    {
    }

    /// <summary>The signature and the version of the key that made it.</summary>
    /// <param name="Signature">The raw signature bytes.</param>
    /// <param name="KeyVersion">The <c>keyVersion</c> that Alipay+ knows the public key by.</param>
    public sealed record Success(ReadOnlyMemory<byte> Signature, string KeyVersion) : SigningResult;

    /// <summary>The signing service asked us to slow down; the attempt is postponed. <c>[decided]</c></summary>
    /// <param name="Detail">One short sentence for a person.</param>
    public sealed record Throttled(string Detail) : SigningResult;

    /// <summary>There is no signature; the attempt is <see cref="AttemptKind.NotSent"/>.</summary>
    /// <param name="Detail">One short sentence for a person, never key material.</param>
    public sealed record Fault(string Detail) : SigningResult;
}
