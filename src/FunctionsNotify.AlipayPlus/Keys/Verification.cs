namespace FunctionsNotify.AlipayPlus;

/// <summary>What checking a signature came to, and the key version that the header named.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="KeyVersion">The named key version, where it could be read.</param>
public readonly record struct Verification(VerificationStatus Status, string? KeyVersion = null)
{
    /// <summary>True only when the signature was checked and holds.</summary>
    public bool IsValid => Status == VerificationStatus.Valid;

    /// <summary>The verdict in a few words, for a person.</summary>
    public string Describe() => Status switch
    {
        VerificationStatus.Valid => "validly signed",
        VerificationStatus.NotSigned => "not signed",
        VerificationStatus.Malformed => "signature headers missing or unreadable",
        VerificationStatus.UnsupportedAlgorithm => "signed with an algorithm other than RSA256",
        VerificationStatus.UnknownKeyVersion => $"signed with the unknown key version {KeyVersion}",
        VerificationStatus.BadSignature => $"signature does not match (key version {KeyVersion})",
        VerificationStatus.WrongClientId => "signed for another Client-Id",
        _ => "signature not checked",
    };
}
