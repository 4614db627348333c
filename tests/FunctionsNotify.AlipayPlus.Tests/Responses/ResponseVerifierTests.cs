namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class ResponseVerifierTests
{
    private const string Time = "2025-02-20T08:51:50Z";

    private static readonly byte[] Body = """{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}"""u8.ToArray();

    private static readonly NotifyResponse Signed = new()
    {
        HttpStatus = 200,
        ClientId = TestKeys.ClientId,
        ResponseTime = Time,
        Signature = TestKeys.SignResponse(Time, Body),
        Body = Body,
    };

    [Fact]
    public void Verify_VectorOfAnAcknowledgement_IsValid()
    {
        var vector = SigningVectors.Get(2);
        using var ring = SigningVectors.KeyRing();
        var verifier = new ResponseVerifier(ring, SigningVectors.ClientId);
        var response = Signed with { ClientId = SigningVectors.ClientId, ResponseTime = vector.Time, Signature = vector.Header, Body = vector.BodyBytes };
        Assert.True(verifier.Verify(response).IsValid);
    }

    [Fact]
    public void Verify_SignedAnswer_IsValid() => Assert.True(TestKeys.Verifier.Verify(Signed).IsValid);

    [Fact]
    public void Verify_AnswerForAnotherClient_IsWrongClientIdEvenIfSigned()
    {
        var other = Signed with { ClientId = "OTHER", Signature = TestKeys.SignResponse(Time, Body, "OTHER") };
        Assert.Equal(VerificationStatus.WrongClientId, TestKeys.Verifier.Verify(other).Status);
    }

    [Fact]
    public void Verify_MissingOrChangedParts_AreNotValid()
    {
        var verifier = TestKeys.Verifier;
        Assert.Equal(VerificationStatus.NotSigned, verifier.Verify(Signed with { Signature = null }).Status);
        Assert.Equal(VerificationStatus.NotSigned, verifier.Verify(Signed with { Signature = " ", ClientId = null }).Status);
        Assert.All([null, ""], missing =>
        {
            Assert.Equal(VerificationStatus.Malformed, verifier.Verify(Signed with { ClientId = missing }).Status);
            Assert.Equal(VerificationStatus.Malformed, verifier.Verify(Signed with { ResponseTime = missing }).Status);
            Assert.Equal(VerificationStatus.NotSigned, verifier.Verify(Signed with { Signature = missing, ClientId = missing }).Status);
        });
        Assert.Equal(VerificationStatus.Malformed, verifier.Verify(Signed with { Body = null }).Status);
        Assert.Equal(VerificationStatus.Malformed, verifier.Verify(Signed with { Signature = $"{Signed.Signature}, {Signed.Signature}" }).Status);
        Assert.Equal(VerificationStatus.BadSignature, verifier.Verify(Signed with { ResponseTime = Time + "Z" }).Status);
        Assert.Equal(VerificationStatus.BadSignature, verifier.Verify(Signed with { Body = Array.Empty<byte>() }).Status);
    }
}
