using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class PublicKeyRingTests
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("content");

    [Fact]
    public void Verify_SeveralVersions_EachFindsItsOwnKey()
    {
        using var rfc = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        using var ring = PublicKeyRing.FromTexts([new("1", SigningVectors.PublicKeyPem), new(TestKeys.AlipayKeyVersion, TestKeys.AlipayPublicKey)]);

        Assert.Equal(["1", "7"], ring.Versions.Order());
        Assert.True(ring.Verify(Content, SignatureHeader.Format("1", rfc.Sign(Content))).IsValid);
        Assert.True(ring.Verify(Content, SignatureHeader.Format("7", TestKeys.AlipaySigner.Sign(Content))).IsValid);
        Assert.Equal(new Verification(VerificationStatus.BadSignature, "1"), ring.Verify(Content, SignatureHeader.Format("1", TestKeys.AlipaySigner.Sign(Content))));
        Assert.Equal(new Verification(VerificationStatus.Valid, "2", IsUnannounced: true), ring.Verify(Content, SignatureHeader.Format("2", rfc.Sign(Content))));
        Assert.Equal(new Verification(VerificationStatus.UnknownKeyVersion, "2"), ring.Verify([], SignatureHeader.Format("2", rfc.Sign(Content))));
    }

    [Theory]
    [InlineData(null, VerificationStatus.NotSigned)]
    [InlineData("", VerificationStatus.NotSigned)]
    [InlineData("  ", VerificationStatus.NotSigned)]
    [InlineData("signature", VerificationStatus.Malformed)]
    [InlineData("algorithm=RSA256,keyVersion=7,signature=testing_signature%", VerificationStatus.Malformed)]
    [InlineData("algorithm=RSA256,keyVersion=7,signature=AQID", VerificationStatus.BadSignature)]
    [InlineData("algorithm=none,keyVersion=7,signature=AQID", VerificationStatus.UnsupportedAlgorithm)]
    [InlineData("algorithm=HS256,keyVersion=7,signature=AQID", VerificationStatus.UnsupportedAlgorithm)]
    public void Verify_NoUsableSignature_SaysWhy(string? header, VerificationStatus expected) =>
        Assert.Equal(expected, TestKeys.AlipayRing.Verify(Content, header).Status);

    [Fact]
    public void Verify_SignatureOfTheRightLengthThatIsNotOne_IsBadSignature()
    {
        foreach (var fill in new byte[] { 0, 1, 0xFF })
        {
            var signature = new byte[256];
            Array.Fill(signature, fill);
            Assert.Equal(VerificationStatus.BadSignature, TestKeys.AlipayRing.Verify(Content, SignatureHeader.Format("7", signature)).Status);
        }
    }

    [Theory]
    [InlineData(VerificationStatus.Valid, "validly signed")]
    [InlineData(VerificationStatus.NotSigned, "not signed")]
    [InlineData(VerificationStatus.Malformed, "signature headers missing or unreadable")]
    [InlineData(VerificationStatus.UnsupportedAlgorithm, "algorithm other than RSA256")]
    [InlineData(VerificationStatus.UnknownKeyVersion, "unknown key version 7")]
    [InlineData(VerificationStatus.UnknownKeyVersion, "without a key version", null)]
    [InlineData(VerificationStatus.BadSignature, "does not match (key version 7)")]
    [InlineData(VerificationStatus.WrongClientId, "another Client-Id")]
    [InlineData((VerificationStatus)99, "not checked")]
    public void Describe_Verdict_SaysWhatAndWhichKey(VerificationStatus status, string expected, string? version = "7") =>
        Assert.Contains(expected, new Verification(status, version).Describe(), StringComparison.Ordinal);

    [Fact]
    public void Verify_DisposedRing_ChecksNothing()
    {
        var ring = SigningVectors.KeyRing();
        var header = SigningVectors.Get(0).Header;
        Assert.True(ring.Verify(SigningVectors.Get(0).Content, header).IsValid);
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ring.Verify(SigningVectors.Get(0).Content, header));
    }

    [Fact]
    public void Verification_Default_IsNotValid() => Assert.False(default(Verification).IsValid);

    [Fact]
    public void FromTexts_TextThatIsNoKey_NamesItsVersion() =>
        Assert.Contains("Public key 3", Assert.Throws<KeyFormatException>(() => PublicKeyRing.FromTexts([new("3", "not a key")])).Message, StringComparison.Ordinal);
}
