using System.Security.Cryptography;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>Every mistake that is tried on a capture. Pure.</summary>
internal static class Deviations
{
    private static readonly string[] _otherPaths =
    [
        "/aps/api/v1/payments/notifyPayment",
        "/aps/api/v1/payments/pushPayment",
        "/aps/api/v1/payments/inquiryPushPayment",
        "/aps/api/v1/payments/inquiryPayment",
        "/ams/api/v1/payments/notifyPushPayment",
        "/ams/sandbox/api/v1/payments/notifyPushPayment",
        "/aps/sandbox/api/v1/payments/notifyPushPayment",
        "/api/v1/payments/notifyPushPayment",
        "/v1/payments/notifyPushPayment",
        "/notifyPushPayment",
        NotifyPushPayment.Path,
    ];

    /// <summary>The mistakes that could explain a signature that does not hold.</summary>
    public static IEnumerable<Deviation> Of(SignedCapture capture, LooseSignature signature, IReadOnlyList<CheckKey> keys, CheckKey? named, string? expectedClientId) =>
    [
        .. Keys(capture, signature, keys, named),
        .. Algorithms(),
        .. SignatureTexts(signature),
        .. FirstLines(capture),
        .. LineEnds(),
        .. ClientIds(capture, expectedClientId),
        .. TimesOf(capture),
        .. BodyVariants.Of(capture.Body).Select(variant => new Deviation(
            variant.Mistake, DeviationPart.Body, variant.Detail, guess => guess.Body.AsSpan().SequenceEqual(variant.Body) ? null : guess with { Body = variant.Body })),
    ];

    private static IEnumerable<Deviation> Keys(SignedCapture capture, LooseSignature signature, IReadOnlyList<CheckKey> keys, CheckKey? named)
    {
        foreach (var key in keys.Where(key => !ReferenceEquals(key, named)))
        {
            if (key.IsOther)
            {
                var detail = capture.IsResponse
                    ? "the answer is signed with your own key, not with Alipay+'s: it is no answer of Alipay+, or your own public key stands in place of Alipay+'s"
                    : "the request is signed with a key of Alipay+'s set: the wrong private key, or the wrong public key, was given";
                yield return new Deviation(Mistake.KeyOfOtherSide, DeviationPart.Key, detail, guess => guess with { Key = key });
            }
            else
            {
                yield return new Deviation(
                    Mistake.WrongKeyVersion,
                    DeviationPart.Key,
                    $"it was signed with the key of version {key.Version ?? "(none given)"}, while the header names {signature.KeyVersion ?? "none"}: keep each public key under the version that Alipay+ gave it",
                    guess => guess with { Key = key });
            }
        }
    }

    private static IEnumerable<Deviation> Algorithms()
    {
        foreach (var (name, hash, padding) in new[]
        {
            ("SHA-1 with RSA", HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1),
            ("SHA-384 with RSA", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            ("SHA-512 with RSA", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            ("SHA-256 with RSA-PSS", HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        })
        {
            yield return new Deviation(Mistake.Algorithm, DeviationPart.Algorithm, $"it was signed by {name}: RSA256 means SHA-256 with RSA, PKCS#1 v1.5", guess => guess with { Hash = hash, Padding = padding });
        }
    }

    private static IEnumerable<Deviation> SignatureTexts(LooseSignature signature)
    {
        if (signature.Text is not { } text)
        {
            yield break;
        }

        Deviation Read(Mistake mistake, string detail, string? other) => new(
            mistake, DeviationPart.SignatureText, detail, guess => LooseSignature.Decode(other) is { } bytes && !bytes.AsSpan().SequenceEqual(guess.Signature) ? guess with { Signature = bytes } : null);

        yield return Read(
            Mistake.SignatureDecodedTwice,
            "the signature was decoded once too often, as a form: its '+' became blanks; decode only %xx, and only once",
            text.Replace("%20", "+", StringComparison.OrdinalIgnoreCase).Trim('\r', '\n', '\t').Replace(' ', '+'));
        yield return Read(
            Mistake.SignatureNotDecoded,
            "the signature is percent-encoded twice (%252B for %2B): one encoding is too much, or one decoding is missing",
            Unescape(text) is { } once && once.Contains('%', StringComparison.Ordinal) ? once : null);
        var bare = string.Concat((Unescape(text) ?? text).Where(character => !char.IsWhiteSpace(character) && character is not ('"' or '\'')));
        yield return Read(Mistake.SignatureText, "the signature's text holds line ends, blanks or quotes: write base64 on one line, without quotes", bare);
        yield return Read(Mistake.SignatureText, "the signature is base64 of base64: encode the raw signature bytes once", AsciiOf(LooseSignature.Decode(text)));
        yield return Read(Mistake.SignatureText, "the signature is written in hexadecimal: it must be base64", FromHex(text));
    }

    private static IEnumerable<Deviation> FirstLines(SignedCapture capture)
    {
        List<string> paths = [capture.Path.TrimStart('/'), capture.Path.TrimEnd('/'), capture.Path + "/", string.Empty, .. _otherPaths];
        if (capture.Path.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query)
        {
            paths.Insert(0, capture.Path[..query]);
        }

        if (capture.Host is { } host)
        {
            paths.AddRange([$"https://{host}{capture.Path}", $"http://{host}{capture.Path}", host + capture.Path]);
        }

        if (Uri.TryCreate(capture.Path, UriKind.Absolute, out var whole) && !whole.IsFile)
        {
            paths.AddRange([whole.AbsolutePath, whole.PathAndQuery]);
        }

        foreach (var path in paths.Where(path => path != capture.Path).Distinct(StringComparer.Ordinal))
        {
            yield return new Deviation(
                Mistake.WrongPath,
                DeviationPart.FirstLine,
                $"the first signed line has the path \"{path}\" instead of \"{capture.Path}\": sign the path alone, as it is called, in both directions",
                guess => guess with { Path = path });
        }

        foreach (var method in new[] { "post", "Post", "GET", "PUT", string.Empty })
        {
            yield return new Deviation(Mistake.WrongMethod, DeviationPart.FirstLine, $"the first signed line has the method \"{method}\" instead of \"{capture.Method}\"", guess => guess.Method == method ? null : guess with { Method = method });
        }
    }

    private static IEnumerable<Deviation> LineEnds()
    {
        yield return new Deviation(Mistake.CarriageReturn, DeviationPart.LineEnd, "\\r\\n was signed after the first line where \\n belongs: do not build the text with the platform's line end", guess => guess with { LineEnd = "\r\n" });
        yield return new Deviation(Mistake.CarriageReturn, DeviationPart.LineEnd, "\\r was signed after the first line where \\n belongs", guess => guess with { LineEnd = "\r" });
        yield return new Deviation(Mistake.LineEndMissing, DeviationPart.LineEnd, "no line end was signed after the first line", guess => guess with { LineEnd = string.Empty });
        yield return new Deviation(Mistake.LineEndMissing, DeviationPart.LineEnd, "a backslash and an n were signed after the first line instead of one line feed", guess => guess with { LineEnd = "\\n" });
        yield return new Deviation(Mistake.LineEndMissing, DeviationPart.LineEnd, "a blank was signed after the first line instead of a line feed", guess => guess with { LineEnd = " " });
        yield return new Deviation(Mistake.LineEndMissing, DeviationPart.LineEnd, "two line feeds were signed after the first line", guess => guess with { LineEnd = "\n\n" });
    }

    private static IEnumerable<Deviation> ClientIds(SignedCapture capture, string? expected)
    {
        if (expected is not null && expected != capture.ClientId)
        {
            yield return new Deviation(
                Mistake.ClientIdMismatch,
                DeviationPart.ClientId,
                $"\"{expected}\" was signed, while the Client-Id header is {Quoted(capture.ClientId)}: both must be the same",
                guess => guess with { ClientId = expected });
        }

        if (capture.ClientId is { } id)
        {
            foreach (var other in new[] { id.Trim(), id.ToUpperInvariant(), string.Empty }.Where(other => other != id && other != expected))
            {
                yield return new Deviation(Mistake.ClientIdMismatch, DeviationPart.ClientId, $"\"{other}\" was signed as the Client-Id, while the header is {Quoted(id)}", guess => guess with { ClientId = other });
            }
        }
    }

    private static IEnumerable<Deviation> TimesOf(SignedCapture capture)
    {
        var time = capture.Time ?? string.Empty;
        foreach (var (detail, other) in new[]
        {
            ("a newline was signed after the time: trim what the clock command or file gave", time.TrimEnd() + "\n"),
            ("\\r\\n was signed after the time: trim what the clock command or file gave", time.TrimEnd() + "\r\n"),
            ("a blank was signed after the time", time.TrimEnd() + " "),
            ("the time header ends with blanks that were not signed", time.Trim()),
        })
        {
            yield return new Deviation(Mistake.NewlineAfterTime, DeviationPart.Time, detail, guess => guess.Time == other ? null : guess with { Time = other });
        }

        if (capture.OtherTime is { } otherTime && otherTime != time)
        {
            yield return new Deviation(
                Mistake.WrongTime,
                DeviationPart.Time,
                capture.IsResponse ? "the Request-Time was signed: the answer's own Response-Time belongs there" : "another time than the Request-Time was signed",
                guess => guess with { Time = otherTime });
        }

        yield return new Deviation(Mistake.WrongTime, DeviationPart.Time, "no time was signed: the time header belongs between the Client-Id and the body", guess => guess.Time.Length == 0 ? null : guess with { Time = string.Empty });
    }

    private static string Quoted(string? text) => text is null ? "missing" : $"\"{text}\"";

    private static string? Unescape(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : null;

    private static string? AsciiOf(byte[]? bytes) => bytes is { Length: > 0 } && !bytes.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Encoding.ASCII.GetString(bytes) : null;

    private static string? FromHex(string text) => text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Uri.EscapeDataString(Convert.ToBase64String(Convert.FromHexString(text))) : null;
}
