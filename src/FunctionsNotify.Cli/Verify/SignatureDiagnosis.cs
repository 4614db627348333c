using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>
/// Checks a captured signature by the hosts' own rules and, when it does not hold, tries the known mistakes: one by one
/// first, then two together. Pure; a few thousand RSA checks at most.
/// </summary>
internal static class SignatureDiagnosis
{
    private const int MaxExplanations = 3;

    /// <summary>Diagnoses.</summary>
    /// <param name="capture">What was on the wire.</param>
    /// <param name="keys">The keys that may have signed, and those of the other side.</param>
    /// <param name="expectedClientId">The acquirer's Client-Id; null when it is not known here.</param>
    public static Diagnosis Of(SignedCapture capture, IReadOnlyList<CheckKey> keys, string? expectedClientId)
    {
        var signature = LooseSignature.Read(capture.Signature);
        if (string.IsNullOrWhiteSpace(capture.Signature))
        {
            return new Diagnosis { Status = VerificationStatus.NotSigned, Notes = SameKeys(keys) };
        }

        var named = keys.FirstOrDefault(key => !key.IsOther && (key.Version is null || key.Version == signature.KeyVersion));
        var guess = new SignedCandidate
        {
            Key = named,
            Signature = LooseSignature.Decode(signature.Text),
            Method = capture.Method,
            Path = capture.Path,
            ClientId = capture.ClientId ?? expectedClientId ?? string.Empty,
            Time = capture.Time ?? string.Empty,
            Body = capture.Body,
        };
        var holds = guess.Holds();
        var status = Status(capture, signature, named, expectedClientId, holds);
        return new Diagnosis
        {
            Status = status,
            KeyVersion = signature.KeyVersion,
            Explanations = status == VerificationStatus.Valid ? [] : Explain(capture, signature, keys, named, expectedClientId, guess, holds),
            Notes = [.. SameKeys(keys), .. Notes(signature)],
        };
    }

    private static VerificationStatus Status(SignedCapture capture, LooseSignature signature, CheckKey? named, string? expectedClientId, bool holds)
    {
        if (!SignatureHeader.TryParse(capture.Signature, out var header) || string.IsNullOrEmpty(capture.ClientId) || string.IsNullOrEmpty(capture.Time))
        {
            return VerificationStatus.Malformed;
        }

        if (header.Algorithm is not null && !header.Algorithm.Equals(SignatureHeader.Rsa256, StringComparison.OrdinalIgnoreCase))
        {
            return VerificationStatus.UnsupportedAlgorithm;
        }

        if (expectedClientId is not null && capture.ClientId != expectedClientId)
        {
            return VerificationStatus.WrongClientId;
        }

        return named is null || header.KeyVersion != signature.KeyVersion
            ? VerificationStatus.UnknownKeyVersion
            : holds ? VerificationStatus.Valid : VerificationStatus.BadSignature;
    }

    private static IReadOnlyList<IReadOnlyList<NamedMistake>> Explain(
        SignedCapture capture, LooseSignature signature, IReadOnlyList<CheckKey> keys, CheckKey? named, string? expectedClientId, SignedCandidate guess, bool holds)
    {
        var given = Given(capture, signature, expectedClientId);
        if (holds)
        {
            return given.Count > 0 ? [given] : [];
        }

        var deviations = Deviations.Of(capture, signature, keys, named, expectedClientId).ToList();
        var singles = deviations.Where(deviation => deviation.Apply(guess)?.Holds() == true).ToList();
        if (singles.Count > 0)
        {
            // Two mistakes may come to the same bytes, such as whitespace removed from a body that only ends with some.
            return [.. singles.DistinctBy(single => single.Apply(guess)!.Bytes()).DistinctBy(single => single.Mistake).Take(MaxExplanations).Select(single => Joined(given, single))];
        }

        foreach (var first in deviations)
        {
            if (first.Apply(guess) is not { } once)
            {
                continue;
            }

            var second = deviations.FirstOrDefault(deviation => deviation.Part > first.Part && deviation.Apply(once)?.Holds() == true);
            if (second is not null)
            {
                return [Joined(given, first, second)];
            }
        }

        return [];
    }

    // What is wrong whatever was signed.
    private static List<NamedMistake> Given(SignedCapture capture, LooseSignature signature, string? expectedClientId)
    {
        List<NamedMistake> given = [];
        if (signature.Algorithm is not null && !signature.Algorithm.Equals(SignatureHeader.Rsa256, StringComparison.OrdinalIgnoreCase))
        {
            given.Add(new(Mistake.Algorithm, $"the header names the algorithm \"{signature.Algorithm}\": it must be RSA256"));
        }

        if (expectedClientId is not null && capture.ClientId != expectedClientId)
        {
            given.Add(new(Mistake.ClientIdMismatch, $"the Client-Id header is {(capture.ClientId is null ? "missing" : $"\"{capture.ClientId}\"")}, and the setting says \"{expectedClientId}\""));
        }

        return given;
    }

    private static IReadOnlyList<NamedMistake> Joined(List<NamedMistake> given, params IEnumerable<Deviation> deviations) =>
        [.. given.Where(known => deviations.All(deviation => deviation.Mistake != known.Mistake)), .. deviations.Select(deviation => new NamedMistake(deviation.Mistake, deviation.Detail))];

    // The usual mix-up: the key that was uploaded to Alipay+ is kept as the one that Alipay+ handed out.
    private static IReadOnlyList<NamedMistake> SameKeys(IReadOnlyList<CheckKey> keys) =>
    [
        .. keys.Where(key => !key.IsOther && keys.Any(other => other.IsOther && other.IsSameAs(key)))
            .Select(key => new NamedMistake(Mistake.KeyOfOtherSide, $"the public key{(key.Version is null ? string.Empty : $" of version {key.Version}")} is the same on both sides: your own public key stands in place of Alipay+'s")),
    ];

    private static IEnumerable<NamedMistake> Notes(LooseSignature signature)
    {
        if (signature.Algorithm is null)
        {
            yield return new(Mistake.Algorithm, "the header names no algorithm: write algorithm=RSA256");
        }

        if (signature.Text is not { } text || LooseSignature.Decode(text) is null)
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

        if (!text.Contains('=', StringComparison.Ordinal) && !text.Contains("%3D", StringComparison.OrdinalIgnoreCase) && LooseSignature.Decode(text)!.Length % 3 != 0)
        {
            yield return new(Mistake.PaddingMissing, "the signature's base64 lacks its padding (=)");
        }
    }
}
