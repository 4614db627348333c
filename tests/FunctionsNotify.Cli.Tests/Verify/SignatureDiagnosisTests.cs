using System.Security.Cryptography;
using System.Text;
using CsCheck;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli.Tests;

public sealed class SignatureDiagnosisTests
{
    private const int Samples = 12;

    private static Diagnosis Diagnose(SignedCapture capture, string? clientId = GoodCapture.ClientId) => SignatureDiagnosis.Of(capture, GoodCapture.KeysOf(capture), clientId);

    /// <summary>Each mistake, done to a good capture.</summary>
    private static readonly Dictionary<string, (Mistake Mistake, Func<SignedCapture, SignedCapture> Do)> _deeds = new(StringComparer.Ordinal)
    {
        ["signed by the other side's key"] = (Mistake.KeyOfOtherSide, good => Again(good, key: good.IsResponse ? GoodCapture.Own : GoodCapture.AlipayPlus)),
        ["path of another call"] = (Mistake.WrongPath, good => Again(good, head: Head(NotifyPushPayment.Path, "/aps/api/v1/payments/notifyPayment"))),
        ["whole address as path"] = (Mistake.WrongPath, good => Again(good, head: Head(NotifyPushPayment.Path, "https://open-na.alipayplus.com" + NotifyPushPayment.Path))),
        ["path without its slash"] = (Mistake.WrongPath, good => Again(good, head: Head(" /aps", " aps"))),
        ["captured under another path"] = (Mistake.WrongPath, good => good with { Path = "/proxy" + NotifyPushPayment.Path }),
        ["method in small letters"] = (Mistake.WrongMethod, good => Again(good, head: Head("POST", "post"))),
        ["\\r\\n after the first line"] = (Mistake.CarriageReturn, good => Again(good, head: Head("\n", "\r\n"))),
        ["\\n written out"] = (Mistake.LineEndMissing, good => Again(good, head: Head("\n", "\\n"))),
        ["no line end"] = (Mistake.LineEndMissing, good => Again(good, head: Head("\n", string.Empty))),
        ["newline after the body, captured"] = (Mistake.NewlineAfterBody, good => good with { Body = [.. good.Body, (byte)'\n'] }),
        ["newline after the body, signed"] = (Mistake.NewlineAfterBody, good => Again(good, body: body => [.. body, (byte)'\n'])),
        ["\\r\\n after the body, signed"] = (Mistake.NewlineAfterBody, good => Again(good, body: body => [.. body, (byte)'\r', (byte)'\n'])),
        ["newline after the time"] = (Mistake.NewlineAfterTime, good => Again(good, head: Head($"{good.Time}.", $"{good.Time}\n."))),
        ["no time"] = (Mistake.WrongTime, good => Again(good, head: Head(good.Time!, string.Empty))),
        ["body captured indented"] = (Mistake.BodyReserialised, good => good with { Body = Bytes(good.Body, text => JsonText.Indented(text, "  ", "\n")) }),
        ["body captured with blanks"] = (Mistake.BodyReserialised, good => good with { Body = Bytes(good.Body, JsonText.Spaced) }),
        ["body signed with blanks"] = (Mistake.BodyReserialised, good => Again(good, body: body => Bytes(body, JsonText.Spaced))),
        ["body signed indented"] = (Mistake.BodyReserialised, good => Again(good, body: body => Bytes(body, text => JsonText.Indented(text, "    ", "\n")))),
        ["body signed escaped"] = (Mistake.BodyReserialised, good => Again(good, body: body => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(System.Text.Json.Nodes.JsonNode.Parse(body)))),
        ["body signed escaped in small letters"] = (Mistake.BodyReserialised, good => Again(good, body: body => Encoding.ASCII.GetBytes(string.Concat(Encoding.UTF8.GetString(body).Select(letter => letter > '~' ? $"\\u{(int)letter:x4}" : letter.ToString()))))),
        ["body captured escaped"] = (Mistake.BodyReserialised, good => good with { Body = Encoding.ASCII.GetBytes(string.Concat(Encoding.UTF8.GetString(good.Body).Select(letter => letter > '~' ? $"\\u{(int)letter:x4}" : letter.ToString()))) }),
        ["members signed sorted"] = (Mistake.BodyReserialised, good => Again(good, body: body => JsonText.Sorted(Encoding.Latin1.GetString(body)).Select(Encoding.Latin1.GetBytes).Single())),
        ["body signed with escaped slashes"] = (Mistake.BodyReserialised, good => Again(WithSlash(good), body: body => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("/", "\\/", StringComparison.Ordinal)))),
        ["body not signed"] = (Mistake.BodyNotSigned, good => Again(good, body: _ => [])),
        ["byte order mark, captured"] = (Mistake.ByteOrderMark, good => good with { Body = [0xEF, 0xBB, 0xBF, .. good.Body] }),
        ["byte order mark, signed"] = (Mistake.ByteOrderMark, good => Again(good, body: body => [0xEF, 0xBB, 0xBF, .. body])),
        ["\\r\\n in the captured body"] = (Mistake.CarriageReturn, good => Again(good with { Body = Bytes(good.Body, text => JsonText.Indented(text, "\t", "\r\n")) }, body: body => Bytes(body, text => JsonText.Indented(text, "\t", "\n")))),
        ["signature decoded twice"] = (Mistake.SignatureDecodedTwice, good => Text(WithPlus(good), text => Uri.UnescapeDataString(text).Replace('+', ' '))),
        ["signature not decoded"] = (Mistake.SignatureNotDecoded, good => Text(good, Uri.EscapeDataString)),
        ["signature not encoded"] = (Mistake.SignatureNotEncoded, good => Text(good, Uri.UnescapeDataString)),
        ["base64url"] = (Mistake.Base64UrlAlphabet, good => Text(WithPlus(good), text => Uri.UnescapeDataString(text).Replace('+', '-').Replace('/', '_').TrimEnd('='))),
        ["no padding"] = (Mistake.PaddingMissing, good => Text(good, text => text.Replace("%3D", string.Empty, StringComparison.Ordinal))),
        ["another Client-Id signed"] = (Mistake.ClientIdMismatch, good => good with { ClientId = "SANDBOX_OTHER" }),
        ["Client-Id header missing"] = (Mistake.ClientIdMismatch, good => good with { ClientId = null }),
        ["another Client-Id throughout"] = (Mistake.ClientIdMismatch, good => Again(good, head: Head(GoodCapture.ClientId, "SANDBOX_OTHER")) with { ClientId = "SANDBOX_OTHER" }),
        ["algorithm by another name"] = (Mistake.Algorithm, good => good with { Signature = good.Signature!.Replace("RSA256", "SHA256withRSA", StringComparison.Ordinal) }),
        ["no algorithm named"] = (Mistake.Algorithm, good => good with { Signature = good.Signature!.Replace("algorithm=RSA256,", string.Empty, StringComparison.Ordinal) }),
    };

    public static TheoryData<string> Deeds => [.. _deeds.Keys];

    [Fact]
    public void Of_GoodCapture_HoldsWithoutANote() => GoodCapture.All.Sample(
        good =>
        {
            var diagnosis = Diagnose(good);
            Assert.Equal((VerificationStatus.Valid, "1"), (diagnosis.Status, diagnosis.KeyVersion));
            Assert.Empty(diagnosis.Explanations);
            Assert.Empty(diagnosis.Notes);
        },
        iter: Samples);

    [Theory]
    [MemberData(nameof(Deeds))]
    public void Of_OneMistakeOnAGoodCapture_IsNamed(string deed)
    {
        var (mistake, done) = _deeds[deed];
        GoodCapture.All.Sample(
            good =>
            {
                var capture = done(good);
                var diagnosis = Diagnose(capture);
                var named = diagnosis.Explanations.Select(explanation => explanation.Select(one => one.Mistake)).Append(diagnosis.Notes.Select(one => one.Mistake));
                Assert.Contains(named, explanation => explanation.Contains(mistake));
                // A failure is never put down to more mistakes than were made.
                Assert.All(diagnosis.Explanations, explanation => Assert.Single(explanation));
                Assert.Equal(IsValidByTheHostsRules(capture), diagnosis.IsValid);
            },
            iter: Samples);
    }

    [Fact]
    public void Deeds_EveryMistake_IsDone() =>
        Assert.Equal(Enum.GetValues<Mistake>().Except([Mistake.WrongKeyVersion]).Order(), _deeds.Values.Select(deed => deed.Mistake).Distinct().Order());

    [Fact]
    public void Of_AnswerUnderAnotherKeyVersion_NamesTheVersionThatSigned() => GoodCapture.All.Where(good => good.IsResponse).Sample(
        good =>
        {
            var swapped = Diagnose(good with { Signature = good.Signature!.Replace("keyVersion=1", "keyVersion=2", StringComparison.Ordinal) });
            Assert.Equal((VerificationStatus.BadSignature, Mistake.WrongKeyVersion), (swapped.Status, Assert.Single(Assert.Single(swapped.Explanations)).Mistake));
            var unknown = Diagnose(good with { Signature = good.Signature!.Replace("keyVersion=1", "keyVersion=7", StringComparison.Ordinal) });
            Assert.Equal((VerificationStatus.Valid, Mistake.WrongKeyVersion), (unknown.Status, Assert.Single(unknown.Notes).Mistake));
        },
        iter: Samples);

    [Fact]
    public void Of_RequestUnderAnotherKeyVersion_NamesIt()
    {
        var good = GoodCapture.Signed(isResponse: false, "{}"u8.ToArray(), "2026-03-01T00:00:00Z");
        var diagnosis = SignatureDiagnosis.Of(good, [new CheckKey("3", GoodCapture.Own, IsOther: false)], GoodCapture.ClientId);
        Assert.Equal((VerificationStatus.UnknownKeyVersion, Mistake.WrongKeyVersion), (diagnosis.Status, Assert.Single(Assert.Single(diagnosis.Explanations)).Mistake));
    }

    [Fact]
    public void Of_OwnPublicKeyKeptAsAlipayPlus_IsNamed()
    {
        var good = GoodCapture.Signed(isResponse: true, "{}"u8.ToArray(), "2026-03-01T00:00:00Z");
        var diagnosis = SignatureDiagnosis.Of(good, [new CheckKey("1", GoodCapture.Own, IsOther: false), new CheckKey(null, GoodCapture.Own, IsOther: true)], GoodCapture.ClientId);
        Assert.False(diagnosis.IsValid);
        Assert.Contains(diagnosis.Notes, note => note.Mistake == Mistake.KeyOfOtherSide);
    }

    [Fact]
    public void Of_TwoMistakesTogether_AreBothNamed() => GoodCapture.All.Sample(
        good =>
        {
            var capture = Again(good, head: Head("\n", "\r\n")) with { };
            var diagnosis = Diagnose(capture with { Body = [.. capture.Body, (byte)'\n'] });
            Assert.Equal([Mistake.CarriageReturn, Mistake.NewlineAfterBody], Assert.Single(diagnosis.Explanations).Select(one => one.Mistake));
        },
        iter: 4);

    [Fact]
    public void Of_AnotherBody_IsNotExplained()
    {
        var good = GoodCapture.Signed(isResponse: true, "{\"a\":\"1\"}"u8.ToArray(), "2026-03-01T00:00:00Z");
        var diagnosis = Diagnose(good with { Body = "{\"a\":\"2\"}"u8.ToArray() });
        Assert.Equal(VerificationStatus.BadSignature, diagnosis.Status);
        Assert.Empty(diagnosis.Explanations);
    }

    [Fact]
    public void Of_AnyHeaderAndBody_NeverThrows() => Gen.Select(Gen.String, Gen.Byte.Array, Gen.Bool).Sample(
        (header, body, isResponse) =>
        {
            var good = GoodCapture.Signed(isResponse, "{}"u8.ToArray(), "2026-03-01T00:00:00Z");
            Assert.False(Diagnose(good with { Signature = "algorithm=RSA256,keyVersion=1,signature=" + header, Body = body }).IsValid);
        },
        iter: 4);

    // The rules of the hosts themselves, apart from the diagnosis.
    private static bool IsValidByTheHostsRules(SignedCapture capture)
    {
        using var ring = PublicKeyRing.FromTexts((capture.IsResponse ? new[] { GoodCapture.AlipayPlus, GoodCapture.AlipayPlusNext } : [GoodCapture.Own])
            .Select((key, at) => KeyValuePair.Create($"{at + 1}", RsaKeys.ExportPublicKeyBase64(key))));
        var verifier = new ResponseVerifier(ring, GoodCapture.ClientId, capture.Path);
        return verifier.Verify(new NotifyResponse { HttpStatus = 200, ClientId = capture.ClientId, ResponseTime = capture.Time, Signature = capture.Signature, Body = capture.Body }).IsValid;
    }

    private static byte[] Bytes(byte[] body, Func<string, string> change) => Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(body)));

    private static Func<string, string> Head(string old, string replacement) => head => head.Replace(old, replacement, StringComparison.Ordinal);

    private static SignedCapture Again(SignedCapture good, Func<string, string>? head = null, Func<byte[], byte[]>? body = null, RSA? key = null) =>
        GoodCapture.Signed(good.IsResponse, good.Body, good.Time!, body, head, key);

    private static SignedCapture Text(SignedCapture capture, Func<string, string> change)
    {
        const string Marker = "signature=";
        var at = capture.Signature!.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length;
        return capture with { Signature = capture.Signature[..at] + change(capture.Signature[at..]) };
    }

    private static SignedCapture WithSlash(SignedCapture good) =>
        good with { Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good.Body).Replace("\"extra\"", "\"a/b\"", StringComparison.Ordinal)) };

    // One signature in two hundred has no plus to lose.
    private static SignedCapture WithPlus(SignedCapture good)
    {
        for (var second = 0; ; second++)
        {
            var capture = GoodCapture.Signed(good.IsResponse, good.Body, $"2026-03-01T00:00:{second:D2}Z");
            if (capture.Signature!.Contains("%2B", StringComparison.Ordinal))
            {
                return capture;
            }
        }
    }
}
