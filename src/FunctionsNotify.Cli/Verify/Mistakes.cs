using System.Text;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

[JsonConverter(typeof(JsonStringEnumConverter<Mistake>))]
internal enum Mistake
{
    KeyOfOtherSide,
    WrongKeyVersion,
    WrongPath,
    WrongMethod,
    CarriageReturn,
    LineEndMissing,
    NewlineAfterBody,
    NewlineAfterTime,
    WrongTime,
    BodyReserialised,
    BodyNotSigned,
    ByteOrderMark,
    SignatureDecodedTwice,
    SignatureNotDecoded,
    SignatureNotEncoded,
    Base64UrlAlphabet,
    PaddingMissing,
    ClientIdMismatch,
    Algorithm,
}

// Two mistakes are only tried together on different parts.
internal enum Part
{
    Key,
    Signature,
    FirstLine,
    LineEnd,
    ClientId,
    Time,
    Body,
}

/// <summary>What is known when a signature does not hold.</summary>
internal sealed record Suspicion(SignedCapture Capture, LooseSignature Signature, IReadOnlyList<CheckKey> Keys, string? ExpectedClientId)
{
    public string Time => Capture.Time ?? string.Empty;
}

/// <summary>One mistake as a change to the guess at what was signed; null when it changes nothing.</summary>
internal sealed record Suspect(Mistake Mistake, Part Part, string Detail, Func<Guess, Guess?> Do);

/// <summary>The table of the mistakes that are known to happen between signing and verifying.</summary>
internal static class Mistakes
{
    private const string Bom = "\u00EF\u00BB\u00BF";

    private static readonly string[] _otherPaths =
    [
        .. new[] { "payments/notifyPayment", "payments/pushPayment", "payments/inquiryPushPayment", "payments/inquiryPayment" }.Select(call => "/aps/api/v1/" + call),
        .. new[] { "/ams/api/v1/payments", "/ams/sandbox/api/v1/payments", "/aps/sandbox/api/v1/payments", "/api/v1/payments", "/v1/payments", string.Empty }.Select(folder => folder + "/notifyPushPayment"),
        NotifyPushPayment.Path,
        string.Empty,
    ];

    // {0} is what was signed instead.
    private static readonly Row[] _rows =
    [
        new(Mistake.KeyOfOtherSide, Part.Key, "the answer is signed with your own key, not with Alipay+'s: it is no answer of Alipay+, or your own public key was given in place of Alipay+'s",
            known => known.Capture.IsResponse ? OtherKeys(known) : []),
        new(Mistake.KeyOfOtherSide, Part.Key, "the request is signed with a key of Alipay+'s set: the wrong private key, or the wrong public key, was given",
            known => known.Capture.IsResponse ? [] : OtherKeys(known)),
        new(Mistake.WrongKeyVersion, Part.Key, "it was signed with the key of version {0}, which is not the one that the header names: keep each public key under the version that Alipay+ gave it",
            known => known.Keys.Where(key => !key.IsOther).Select(key => Change(key.Version ?? "(none given)", guess => guess with { Key = key }))),

        new(Mistake.SignatureDecodedTwice, Part.Signature, "the signature was decoded once too often, as a form: its '+' became blanks; decode only %xx, and only once",
            known => Signature(known.Signature.Text?.Replace("%20", "+", StringComparison.OrdinalIgnoreCase).Trim('\r', '\n', '\t').Replace(' ', '+'))),
        new(Mistake.SignatureNotDecoded, Part.Signature, "the signature is percent-encoded twice (%252B for %2B): there is one encoding too many, or a decoding is missing",
            known => known.Signature.Text is { } text && Uri.UnescapeDataString(text) is var once && once.Contains('%', StringComparison.Ordinal) ? Signature(once) : []),

        new(Mistake.WrongPath, Part.FirstLine, "the first signed line has another path, \"{0}\": sign the path alone, as it is called, in both directions",
            known => Paths(known.Capture).Where(path => path != known.Capture.Path).Distinct().Select(path => Change(path, guess => guess with { Path = path }))),
        new(Mistake.WrongMethod, Part.FirstLine, "the first signed line has another method, \"{0}\": it must be POST",
            _ => new[] { "post", "Post", "GET", string.Empty }.Select(method => Change(method, guess => guess with { Method = method }))),

        new(Mistake.CarriageReturn, Part.LineEnd, "\\r\\n was signed after the first line where \\n belongs: do not use the platform's line ending", _ => LineEnds("\r\n")),
        new(Mistake.LineEndMissing, Part.LineEnd, "no line end, or a blank, was signed after the first line where \\n belongs", _ => LineEnds(string.Empty, " ")),
        new(Mistake.LineEndMissing, Part.LineEnd, "a backslash and an n were signed after the first line instead of one line feed", _ => LineEnds("\\n")),
        new(Mistake.LineEndMissing, Part.LineEnd, "two line feeds were signed after the first line", _ => LineEnds("\n\n")),

        new(Mistake.ClientIdMismatch, Part.ClientId, "\"{0}\" was signed as the Client-Id, and the header says otherwise: both must be the same",
            known => new[] { known.ExpectedClientId, known.Capture.ClientId?.Trim(), known.Capture.ClientId?.ToUpperInvariant(), string.Empty }
                .OfType<string>().Distinct().Select(id => Change(id, guess => guess with { ClientId = id }))),

        new(Mistake.NewlineAfterTime, Part.Time, "a newline or blank was signed after the time: trim what the clock command or file gave",
            known => Times(known.Time.TrimEnd() + "\n", known.Time.TrimEnd() + "\r\n", known.Time.TrimEnd() + " ")),
        new(Mistake.NewlineAfterTime, Part.Time, "the time header ends with blanks that were not signed", known => Times(known.Time.Trim())),
        new(Mistake.WrongTime, Part.Time, "the time of the other direction was signed: a request has its Request-Time there, an answer its own Response-Time", known => Times(known.Capture.OtherTime)),
        new(Mistake.WrongTime, Part.Time, "no time was signed: the time header belongs between the Client-Id and the body", _ => Times(string.Empty)),

        Body(Mistake.NewlineAfterBody, "the captured body ends with a newline (or blank) that was not signed: an editor or a tool added it, or the sender signed before writing it", text => [text.TrimEnd(' ', '\t', '\r', '\n')]),
        Body(Mistake.NewlineAfterBody, "a newline was signed after the body that is not in the captured body: build the signed text without a line end", text => [text + "\n", text + "\r\n"]),
        Body(Mistake.CarriageReturn, "the captured body has \\r\\n where \\n was signed: its line ends were converted", text => [Unix(text)]),
        Body(Mistake.CarriageReturn, "the captured body has \\n where \\r\\n was signed: its line ends were converted", text => [Unix(text).Replace("\n", "\r\n", StringComparison.Ordinal)]),
        Body(Mistake.BodyNotSigned, "nothing was signed after the time: the signer had no body yet, or had read it already", _ => [string.Empty]),
        Body(Mistake.ByteOrderMark, "a byte order mark was signed but not sent, or sent but not signed: write and sign UTF-8 without one", text => [text.StartsWith(Bom, StringComparison.Ordinal) ? text[Bom.Length..] : Bom + text]),
        Reserialised("the captured body has whitespace that was not signed", text => [JsonText.Compact(text)]),
        Reserialised("whitespace was signed (after ',' and ':') that is not in the captured body", text => [JsonText.Spaced(text)]),
        Reserialised("the body was signed indented", text => new[] { "  ", "    ", "\t" }.SelectMany(step => new[] { "\n", "\r\n" }.Select(end => JsonText.Indented(text, step, end)))),
        Reserialised("'/' was escaped as '\\/' when it was signed", text => [JsonText.Compact(text).Replace("/", "\\/", StringComparison.Ordinal)]),
        Reserialised("the captured body has '\\/' where '/' was signed", text => [JsonText.Compact(text).Replace("\\/", "/", StringComparison.Ordinal)]),
        Reserialised("characters were escaped as \\u when it was signed", JsonText.Escaped),
        Reserialised("the captured body has \\u escapes where the characters were signed", text => [JsonText.Unescaped(text)]),
        Reserialised("the members were sorted by name when it was signed", JsonText.Sorted),
    ];

    public static List<Suspect> Of(Suspicion known) =>
        [.. _rows.SelectMany(row => row.Changes(known).Select(change => new Suspect(row.Mistake, row.Part, row.Detail.Replace("{0}", change.Signed, StringComparison.Ordinal), guess =>
            change.Do(guess) is var changed && !changed.IsSameAs(guess) ? changed : null)))];

    private static Row Reserialised(string detail, Func<string, IEnumerable<string>> change) =>
        Body(Mistake.BodyReserialised, $"{detail}: sign and verify the raw bytes, never JSON that was parsed and written again", change);

    // The body as text whose characters are its bytes.
    private static Row Body(Mistake mistake, string detail, Func<string, IEnumerable<string>> change) => new(mistake, Part.Body, detail, known =>
        change(Encoding.Latin1.GetString(known.Capture.Body)).Select(text => Encoding.Latin1.GetBytes(text)).Select(body => Change(string.Empty, guess => guess with { Body = body })));

    private static IEnumerable<Changed> OtherKeys(Suspicion known) => known.Keys.Where(key => key.IsOther).Select(key => Change(string.Empty, guess => guess with { Key = key }));

    private static IEnumerable<Changed> LineEnds(params IReadOnlyList<string> ends) => ends.Select(end => Change(string.Empty, guess => guess with { LineEnd = end }));

    private static IEnumerable<Changed> Times(params IReadOnlyList<string?> times) => times.OfType<string>().Select(time => Change(string.Empty, guess => guess with { Time = time }));

    private static IEnumerable<Changed> Signature(string? text) => LooseSignature.Decode(text) is { } bytes ? [Change(string.Empty, guess => guess with { Signature = bytes })] : [];

    private static IEnumerable<string> Paths(SignedCapture capture)
    {
        var path = capture.Path;
        IEnumerable<string> ofHost = capture.Host is { } host ? [$"https://{host}{path}", $"http://{host}{path}", host + path] : [];
        IEnumerable<string> ofAddress = Uri.TryCreate(path, UriKind.Absolute, out var whole) && !whole.IsFile ? [whole.AbsolutePath, whole.PathAndQuery] : [];
        return [path.Split('?')[0], path.TrimStart('/'), path.TrimEnd('/'), path + "/", .. _otherPaths, .. ofHost, .. ofAddress];
    }

    private static string Unix(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    private static Changed Change(string signed, Func<Guess, Guess> change) => new(signed, change);

    private sealed record Row(Mistake Mistake, Part Part, string Detail, Func<Suspicion, IEnumerable<Changed>> Changes);

    private sealed record Changed(string Signed, Func<Guess, Guess> Do);
}
