using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.Cli;

/// <summary>One guess at what was signed, with what, and how the signature is read. Immutable.</summary>
internal sealed record SignedCandidate
{
    public CheckKey? Key { get; init; }

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public RSASignaturePadding Padding { get; init; } = RSASignaturePadding.Pkcs1;

    public byte[]? Signature { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public string LineEnd { get; init; } = "\n";

    public required string ClientId { get; init; }

    public required string Time { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>True when this is what was signed.</summary>
    public bool Holds()
    {
        if (Key is null || Signature is null)
        {
            return false;
        }

        try
        {
            return Key.Key.VerifyData(Content(), Signature, Hash, Padding);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>What was signed and with what, to compare guesses.</summary>
    public string Bytes() => $"{Hash} {Padding} {Key?.Version} {Key?.IsOther} {Convert.ToBase64String(Signature ?? [])} {Convert.ToBase64String(Content())}";

    private byte[] Content()
    {
        // Not SignatureContent.Build: there the line end, right as it is, cannot be gotten wrong.
        var head = Encoding.UTF8.GetBytes($"{Method} {Path}{LineEnd}{ClientId}.{Time}.");
        return [.. head, .. Body];
    }
}
