using System.Security.Cryptography;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>A public key that a signature is checked with; a key of the other side must not have signed, and is tried to name a mix-up.</summary>
internal sealed record CheckKey(string? Version, RSA Key, bool IsOther);

/// <summary>A guess at what was signed, and by which key.</summary>
internal sealed record Guess(CheckKey? Key, byte[]? Signature, string Method, string Path, string LineEnd, string ClientId, string Time, byte[] Body)
{
    // Not SignatureContent.Build: there the line end, right as it is, cannot be gotten wrong.
    public byte[] Content() => [.. Encoding.UTF8.GetBytes($"{Method} {Path}{LineEnd}{ClientId}.{Time}."), .. Body];

    public bool Holds()
    {
        try
        {
            return Key is not null && Signature is not null && Key.Key.VerifyData(Content(), Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public bool IsSameAs(Guess other) => ReferenceEquals(Key, other.Key) && Signature.AsSpan().SequenceEqual(other.Signature) && Content().AsSpan().SequenceEqual(other.Content());
}

internal sealed record NamedMistake(Mistake Mistake, string Detail);

/// <summary>Whether a signature holds by the host's own rules; if not, the mistakes that explain it, each list on its own.</summary>
internal sealed record Diagnosis(VerificationStatus Status, string? KeyVersion, IReadOnlyList<IReadOnlyList<NamedMistake>> Explanations, IReadOnlyList<NamedMistake> Notes)
{
    public bool IsValid => Status == VerificationStatus.Valid;
}

/// <summary>
/// Does the mistakes of the table to the capture, one by one, then two together, until one makes the signature hold:
/// then that is what went wrong.
/// </summary>
internal sealed class SignatureDiagnosis(SignedCapture capture, IReadOnlyList<CheckKey> keys, string? expectedClientId)
{
    private const int MaxExplanations = 3;

    private readonly LooseSignature _signature = LooseSignature.Read(capture.Signature);

    public static Diagnosis Of(SignedCapture capture, IReadOnlyList<CheckKey> keys, string? expectedClientId) => new SignatureDiagnosis(capture, keys, expectedClientId).Diagnose();

    private Diagnosis Diagnose()
    {
        if (string.IsNullOrWhiteSpace(capture.Signature))
        {
            return new Diagnosis(VerificationStatus.NotSigned, null, [], SameKeys());
        }

        var named = keys.FirstOrDefault(key => !key.IsOther && (key.Version is null || key.Version == _signature.KeyVersion));
        var guess = new Guess(
            named, LooseSignature.Decode(_signature.Text), capture.Method, capture.Path, "\n", capture.ClientId ?? expectedClientId ?? string.Empty, capture.Time ?? string.Empty, capture.Body);
        var (status, isUnannounced) = Verdict(guess);
        return new Diagnosis(status, _signature.KeyVersion, status == VerificationStatus.Valid ? [] : Explain(guess), [.. SameKeys(), .. Notes(isUnannounced)]);
    }

    private (VerificationStatus Status, bool IsUnannounced) Verdict(Guess guess)
    {
        if (string.IsNullOrEmpty(capture.ClientId) || string.IsNullOrEmpty(capture.Time))
        {
            return (VerificationStatus.Malformed, false);
        }

        if (expectedClientId is not null && capture.ClientId != expectedClientId)
        {
            return (VerificationStatus.WrongClientId, false);
        }

        // A key without a version fits whatever the header names.
        var named = KeyVersions.IsValid(_signature.KeyVersion) ? _signature.KeyVersion! : "1";
        using var ring = PublicKeyRing.FromTexts(keys.Where(key => !key.IsOther)
            .Select(key => KeyValuePair.Create(key.Version ?? named, RsaKeys.ExportPublicKeyBase64(key.Key))).DistinctBy(key => key.Key));
        var verification = ring.Verify(guess.Content(), capture.Signature);
        // Of an answer the host takes the version as a hint; nobody says that Alipay+ does so with a request.
        return verification.IsUnannounced && !capture.IsResponse && keys.All(key => key.IsOther || key.Version is not null)
            ? (VerificationStatus.UnknownKeyVersion, false)
            : (verification.Status, verification.IsUnannounced);
    }

    private IReadOnlyList<IReadOnlyList<NamedMistake>> Explain(Guess guess)
    {
        var given = Given();
        if (guess.Holds())
        {
            return given.Count > 0 ? [given] : [];
        }

        var suspects = Mistakes.Of(new Suspicion(capture, _signature, keys, expectedClientId));
        var singles = suspects.Where(suspect => suspect.Do(guess)?.Holds() == true).ToList();
        if (singles.Count > 0)
        {
            // Two mistakes may come to the same bytes, such as whitespace removed from a body that only ends with some.
            return
            [
                .. singles.Where((single, at) => !singles.Take(at).Any(before => before.Do(guess)!.IsSameAs(single.Do(guess)!)))
                    .DistinctBy(single => single.Mistake).Take(MaxExplanations).Select(single => Joined(given, single)),
            ];
        }

        foreach (var first in suspects)
        {
            if (first.Do(guess) is { } once
                && suspects.Find(second => second.Part > first.Part && second.Do(once)?.Holds() == true) is { } both)
            {
                return [Joined(given, first, both)];
            }
        }

        return [];
    }

    // What is wrong whatever was signed.
    private List<NamedMistake> Given()
    {
        List<NamedMistake> given = [];
        if (_signature.Algorithm is not null && !_signature.Algorithm.Equals(SignatureHeader.Rsa256, StringComparison.OrdinalIgnoreCase))
        {
            given.Add(new(Mistake.Algorithm, $"the header names the algorithm \"{_signature.Algorithm}\": it must be RSA256"));
        }

        if (expectedClientId is not null && capture.ClientId != expectedClientId)
        {
            given.Add(new(Mistake.ClientIdMismatch, $"the Client-Id header is {(capture.ClientId is null ? "missing" : $"\"{capture.ClientId}\"")}, and the setting says \"{expectedClientId}\""));
        }

        return given;
    }

    private static IReadOnlyList<NamedMistake> Joined(List<NamedMistake> given, params IReadOnlyList<Suspect> suspects) =>
        [.. given.Where(known => suspects.All(suspect => suspect.Mistake != known.Mistake)), .. suspects.Select(suspect => new NamedMistake(suspect.Mistake, suspect.Detail))];

    // The usual mix-up: the key that was uploaded to Alipay+ is kept as the one that Alipay+ handed out.
    private IReadOnlyList<NamedMistake> SameKeys() =>
    [
        .. keys.Where(key => !key.IsOther && keys.Any(other => other.IsOther && RsaKeys.ExportPublicKeyBase64(other.Key) == RsaKeys.ExportPublicKeyBase64(key.Key)))
            .Select(key => new NamedMistake(Mistake.KeyOfOtherSide, $"the public key{(key.Version is null ? string.Empty : $" of version {key.Version}")} is the same on both sides: your own public key was given in place of Alipay+'s")),
    ];

    private IEnumerable<NamedMistake> Notes(bool isUnannounced)
    {
        if (isUnannounced)
        {
            yield return new(Mistake.WrongKeyVersion, $"the header names {(_signature.KeyVersion is { } version ? $"the version {version}" : "no key version")}, but another configured key made the signature: the host accepts it, with a warning");
        }

        if (_signature.Algorithm is null)
        {
            yield return new(Mistake.Algorithm, "the header names no algorithm: write algorithm=RSA256");
        }

        if (_signature.Text is not { } text || LooseSignature.Decode(text) is not { } bytes)
        {
            yield break;
        }

        if (text.AsSpan().ContainsAny('-', '_'))
        {
            yield return new(Mistake.Base64UrlAlphabet, "the signature is in the base64url alphabet (-_): Alipay+ expects standard base64, percent-encoded");
        }

        if (text.AsSpan().ContainsAny('+', '/', '='))
        {
            yield return new(Mistake.SignatureNotEncoded, "the signature is not percent-encoded (%2B, %2F, %3D): written so, or captured after decoding");
        }

        if (!text.Contains('=', StringComparison.Ordinal) && !text.Contains("%3D", StringComparison.OrdinalIgnoreCase) && bytes.Length % 3 != 0)
        {
            yield return new(Mistake.PaddingMissing, "the signature's base64 lacks its padding (=)");
        }
    }
}
