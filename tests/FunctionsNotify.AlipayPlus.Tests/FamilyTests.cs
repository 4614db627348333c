using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests;

/// <summary>What the family's pages and samples show beyond the call's own page.</summary>
public sealed class FamilyTests
{
    private const string Acknowledgement = """{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"}}""";

    private static readonly byte[] Notification = SigningVectors.Get(1).BodyBytes;

    [Theory]
    [InlineData("algorithm=RSA256,keyVersion=0,signature={0}")]
    [InlineData("algorithm=RSA256, keyVersion=0, signature={0}")]
    [InlineData("algorithm=RSA256,signature={0}")]
    [InlineData("clientId=5J5YUP2YHDYRFH8A, Algorithm=rsa256, KEYVERSION = 0 , Signature = {0}")]
    [InlineData("keyVersion=,signature={0}")]
    [InlineData("keyVersion=not a version,signature={0}")]
    public async Task SendAsync_AnswerUnderAnotherKeyVersion_IsAcknowledgedWithAWarning(string header)
    {
        var body = Encoding.UTF8.GetBytes(Acknowledgement);
        var time = DateTimeOffset.UtcNow.ToString("o");
        var signature = TestKeys.SignResponse(time, body).Split("signature=")[1];
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Http(
            200, body, ("Client-Id", TestKeys.ClientId), ("Response-Time", time), ("Signature", string.Format(null, header, signature))));
        using var host = new ClientHost(server.Address);

        var result = await host.Client.SendAsync(Notification, CancellationToken.None);

        Assert.Equal((AttemptKind.Acknowledged, AnswerWarnings.KeyVersion), (result.Kind, result.Warnings));
        Assert.Contains("keyVersion", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("algorithm=RSA256,keyVersion=0,signature={0}")]
    [InlineData("algorithm=RSA256,signature={0}")]
    public async Task SendAsync_UnknownKeyVersionAndNoConfiguredKey_IsNoResult(string header)
    {
        var body = Encoding.UTF8.GetBytes(Acknowledgement);
        using var stranger = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        const string time = "2025-02-20T08:51:50Z";
        var signature = Convert.ToBase64String(stranger.Sign(SignatureContent.Build(NotifyPushPayment.Path, TestKeys.ClientId, time, body)));
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Http(
            200, body, ("Client-Id", TestKeys.ClientId), ("Response-Time", time), ("Signature", string.Format(null, header, signature))));
        using var host = new ClientHost(server.Address);

        Assert.Equal(AttemptKind.NoResult, (await host.Client.SendAsync(Notification, CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task SendAsync_AgentTokenSet_IsSentAsAHeaderThatIsNotSigned()
    {
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement));
        var settings = ClientHost.Settings(server.Address);
        settings["AlipayPlus:AgentToken"] = "agent-token-1";
        using var host = new ClientHost(settings);

        await host.Client.SendAsync(Notification, CancellationToken.None);

        var request = Assert.Single(server.Requests);
        Assert.Equal("agent-token-1", request.Header("Agent-Token"));
        using var ring = SigningVectors.KeyRing();
        Assert.True(ring.Verify(SignatureContent.Build(NotifyPushPayment.Path, TestKeys.ClientId, request.Header("Request-Time"), Notification), request.Header("Signature")).IsValid);
    }

    [Fact]
    public void Read_PaymentInProcess_WarnsAndAccepts()
    {
        var reading = NotificationReader.Read("""{"paymentResult":{"resultStatus":"F","resultCode":"PAYMENT_IN_PROCESS"},"paymentId":"1"}"""u8.ToArray());
        Assert.True(reading.IsAccepted);
        Assert.Equal("paymentResult.resultCode", Assert.Single(reading.Warnings).Field);
    }
}
