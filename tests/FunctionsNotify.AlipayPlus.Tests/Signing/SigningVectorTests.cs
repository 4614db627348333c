using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class SigningVectorTests : IDisposable
{
    private readonly PublicKeyRing _ring = SigningVectors.KeyRing();

    public static TheoryData<int> Indexes => SigningVectors.Indexes;

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void Vectors_AreAllThere() => Assert.Equal(3, Indexes.Count);

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Build_Vector_GivesTheExactContent(int index)
    {
        var vector = SigningVectors.Get(index);
        Assert.Equal(vector.ContentLength, vector.Content.Length);
        Assert.Equal(vector.ContentSha256, Convert.ToHexStringLower(SHA256.HashData(vector.Content)));
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task SignAsync_Vector_GivesTheExactSignatureAndHeader(int index)
    {
        var vector = SigningVectors.Get(index);
        using var signer = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, SigningVectors.KeyVersion);

        var signed = Assert.IsType<SigningResult.Success>(await signer.SignAsync(vector.Content, CancellationToken.None));

        Assert.Equal(vector.SignatureBase64, Convert.ToBase64String(signed.Signature.Span));
        Assert.Equal(vector.Header, SignatureHeader.Format(signed.KeyVersion, signed.Signature.Span));
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Verify_Vector_IsValid(int index)
    {
        var vector = SigningVectors.Get(index);
        var verification = _ring.Verify(vector.Content, vector.Header);
        Assert.Equal(new Verification(VerificationStatus.Valid, "1"), verification);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Verify_ChangedContent_IsBadSignature(int index)
    {
        var vector = SigningVectors.Get(index);
        var body = vector.BodyBytes;
        byte[] Content(string path = NotifyPushPayment.Path, string? clientId = null, string? time = null, byte[]? changed = null) =>
            SignatureContent.Build(path, clientId ?? SigningVectors.ClientId, time ?? vector.Time, changed ?? body);

        var original = Encoding.UTF8.GetString(vector.Content);
        var changes = new Dictionary<string, byte[]>
        {
            ["one byte of the body"] = Content(changed: [.. body[..^2], (byte)' ', body[^1]]),
            ["body cut by one byte"] = Content(changed: body[..^1]),
            ["body written again with blanks"] = Content(changed: Encoding.UTF8.GetBytes(vector.Body.Replace(":", ": ", StringComparison.Ordinal))),
            ["path"] = Content(path: "/ams/api/v1/payments/notifyPushPayment"),
            ["path with a trailing slash"] = Content(path: NotifyPushPayment.Path + "/"),
            ["client id"] = Content(clientId: "SANDBOX_5YC47N2ZQHJ004125"),
            ["time"] = Content(time: "2025-02-20T08:51:51Z"),
            ["time with a stray newline"] = Content(time: vector.Time + "\n"),
            ["LF as CRLF"] = Encoding.UTF8.GetBytes(original.Replace("\n", "\r\n", StringComparison.Ordinal)),
            ["trailing newline"] = [.. vector.Content, (byte)'\n'],
            ["method"] = Encoding.UTF8.GetBytes(original.Replace("POST ", "PUT ", StringComparison.Ordinal)),
        };

        Assert.All(changes, change => Assert.Equal(
            (change.Key, VerificationStatus.BadSignature), (change.Key, _ring.Verify(change.Value, vector.Header).Status)));
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Verify_OtherKeyUnderTheSameVersion_IsBadSignature(int index)
    {
        var vector = SigningVectors.Get(index);
        using var other = PublicKeyRing.FromTexts([new(SigningVectors.KeyVersion, TestKeys.AlipayPublicKey)]);
        Assert.Equal(VerificationStatus.BadSignature, other.Verify(vector.Content, vector.Header).Status);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Verify_SignatureEncodedTwice_IsNotValid(int index)
    {
        var vector = SigningVectors.Get(index);
        var header = Header(Uri.EscapeDataString(vector.SignatureHeaderValue));
        Assert.Equal(VerificationStatus.Malformed, _ring.Verify(vector.Content, header).Status);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Verify_SignatureDecodedTwiceAsAForm_IsNotValid(int index)
    {
        // The second decoding turns every plus into a blank.
        var vector = SigningVectors.Get(index);
        var header = Header(vector.SignatureBase64.Replace('+', ' '));
        Assert.Equal(VerificationStatus.Malformed, _ring.Verify(vector.Content, header).Status);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Verify_OtherSpellingsOfTheSameSignature_AreValid(int index)
    {
        var vector = SigningVectors.Get(index);
        Assert.Contains('+', vector.SignatureBase64);
        var urlSafe = vector.SignatureBase64.Replace('+', '-').Replace('/', '_');
        var spellings = new Dictionary<string, string>
        {
            ["bare plus, slash and padding"] = vector.SignatureBase64,
            ["-_ alphabet"] = urlSafe,
            ["-_ alphabet without padding"] = urlSafe.TrimEnd('='),
            ["without padding"] = vector.SignatureHeaderValue.Replace("%3D", "", StringComparison.Ordinal),
            ["lower-case percent encoding"] = vector.SignatureHeaderValue.Replace("%2B", "%2b", StringComparison.Ordinal).Replace("%2F", "%2f", StringComparison.Ordinal),
            ["every character percent-encoded"] = string.Concat(vector.SignatureBase64.Select(character => $"%{(int)character:X2}")),
        };

        Assert.All(spellings, spelling => Assert.Equal(
            (spelling.Key, VerificationStatus.Valid), (spelling.Key, _ring.Verify(vector.Content, Header(spelling.Value)).Status)));
    }

    private static string Header(string signature) => $"algorithm=RSA256,keyVersion=1,signature={signature}";
}
