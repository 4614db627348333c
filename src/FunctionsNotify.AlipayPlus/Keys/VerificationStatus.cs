namespace FunctionsNotify.AlipayPlus;

/// <summary>What checking a signature came to. The default value is not "valid".</summary>
public enum VerificationStatus
{
    /// <summary>There is no Signature header.</summary>
    NotSigned = 0,

    /// <summary>The signature belongs to the content and to a key that we know.</summary>
    Valid,

    /// <summary>The Signature header, or another header that is part of the signed content, is missing, doubled or cannot be read.</summary>
    Malformed,

    /// <summary>The header names an algorithm other than RSA256.</summary>
    UnsupportedAlgorithm,

    /// <summary>No public key of the named version is configured.</summary>
    UnknownKeyVersion,

    /// <summary>The signature does not belong to the content.</summary>
    BadSignature,

    /// <summary>The Client-Id header is not ours.</summary>
    WrongClientId,
}
