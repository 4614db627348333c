using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

/// <summary>What the simulator accepts and refuses, seen from outside.</summary>
public sealed class CheckTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private readonly Acquirer _acquirer = fixture.Acquirer;
    private readonly string _paymentId = SimulatorFixture.NewPaymentId();

    private string Body => Acquirer.Notification(_paymentId);

    [Fact]
    public async Task Request_ValidlySigned_IsAnsweredSSigned()
    {
        var answer = await _acquirer.SendAsync(Body);

        Assert.Equal(200, answer.HttpStatus);
        Assert.Equal(("S", "SUCCESS"), (answer.Status, answer.Code));
        Assert.Equal(_acquirer.ClientId, answer.Header("Client-Id"));
        Assert.Equal("application/json; charset=UTF-8", answer.Header("Content-Type"), ignoreCase: true);
        Assert.False(string.IsNullOrEmpty(answer.Header("Trace-Id")));
        Assert.True(answer.Verify(_acquirer.AlipayPlusKeys).IsValid);
        var record = Assert.Single(fixture.Server.Received.List(_paymentId));
        Assert.True(record.Verdict.IsAccepted);
        Assert.Equal(VerificationStatus.Valid, record.Verdict.Signature);
        Assert.Equal(answer.Header("Trace-Id"), record.Answer.TraceId);
    }

    [Fact]
    public async Task Answer_AfterTampering_DoesNotVerify()
    {
        var answer = await _acquirer.SendAsync(Body);

        var changed = Encoding.UTF8.GetBytes(answer.Text.Replace("\"S\"", "\"F\"", StringComparison.Ordinal));
        Assert.Equal(VerificationStatus.BadSignature, answer.Verify(_acquirer.AlipayPlusKeys, changed).Status);
        Assert.Equal(VerificationStatus.BadSignature, answer.Verify(_acquirer.AlipayPlusKeys, otherTime: "2020-01-01T00:00:00+00:00").Status);
    }

    [Fact]
    public async Task Answer_TwoPaymentsInOneSecond_BothVerify()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _acquirer.SendAsync(Acquirer.Notification(SimulatorFixture.NewPaymentId()))));

        Assert.All(answers, answer => Assert.True(answer.Verify(_acquirer.AlipayPlusKeys).IsValid));
        Assert.Equal(20, answers.Select(answer => answer.Header("Trace-Id")).Distinct().Count());
    }

    [Fact]
    public async Task Request_VectorsKey_IsVerifiedAsTheVectorsSay()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "vectors");
        using var vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "signing.json")));
        using var keys = new TemporaryFolder();
        File.Copy(Path.Combine(folder, vectors.RootElement.GetProperty("privateKey").GetString()!), keys.File("acquirer-private.pem"));
        await using var server = await SimulatorServer.StartAsync(
            new SimulatorOptions { KeysDirectory = keys.Path, ClientId = vectors.RootElement.GetProperty("clientId").GetString()! });
        // The vectors tell two results of one payment: without an acknowledgement that is no contradiction.
        server.Scripts.SetDefault(ScriptStep.Unknown());
        using var http = new HttpClient { BaseAddress = server.BaseAddress };
        var sent = 0;
        foreach (var vector in vectors.RootElement.GetProperty("vectors").EnumerateArray().Where(vector => vector.GetProperty("name").GetString()!.StartsWith("request", StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, NotifyPushPayment.Path);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(NotifyPushPayment.ContentType);
            request.Headers.TryAddWithoutValidation("Client-Id", server.ClientId);
            request.Headers.TryAddWithoutValidation("Request-Time", vector.GetProperty("time").GetString());
            request.Headers.TryAddWithoutValidation("Signature", $"algorithm=RSA256,keyVersion=1,signature={vector.GetProperty("signatureHeaderValue").GetString()}");
            using var response = await http.SendAsync(request);
            sent++;
        }

        Assert.Equal(2, sent);
        Assert.All(server.Received.List(), record => Assert.Equal(VerificationStatus.Valid, record.Verdict.Signature));
        Assert.All(server.Received.List(), record => Assert.True(record.Verdict.IsAccepted, record.Verdict.Refusal));
        // The vectors' times lie years back: accepted, but said.
        Assert.All(server.Received.List(), record => Assert.Single(record.Verdict.Warnings));
    }

    public static TheoryData<string, string, VerificationStatus> Refusals => new()
    {
        { "no signature", "INVALID_SIGNATURE", VerificationStatus.NotSigned },
        { "signature of another body", "INVALID_SIGNATURE", VerificationStatus.BadSignature },
        { "signature of another path", "INVALID_SIGNATURE", VerificationStatus.BadSignature },
        { "signature of another time", "INVALID_SIGNATURE", VerificationStatus.BadSignature },
        { "another key", "INVALID_SIGNATURE", VerificationStatus.BadSignature },
        { "unreadable signature", "INVALID_SIGNATURE", VerificationStatus.Malformed },
        { "two signatures", "INVALID_SIGNATURE", VerificationStatus.Malformed },
        { "another algorithm", "INVALID_SIGNATURE", VerificationStatus.UnsupportedAlgorithm },
        { "unknown key version", "KEY_NOT_FOUND", VerificationStatus.UnknownKeyVersion },
        { "no time", "INVALID_SIGNATURE", VerificationStatus.Malformed },
        { "no client", "INVALID_CLIENT", VerificationStatus.NotSigned },
        { "another client", "INVALID_CLIENT", VerificationStatus.NotSigned },
        { "text/plain", "MEDIA_TYPE_NOT_ACCEPTABLE", VerificationStatus.NotSigned },
        { "latin-1", "MEDIA_TYPE_NOT_ACCEPTABLE", VerificationStatus.NotSigned },
        { "no media type", "MEDIA_TYPE_NOT_ACCEPTABLE", VerificationStatus.NotSigned },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Request_BrokenBeforeTheSignatureHolds_IsRefusedUnsigned(string fault, string code, VerificationStatus signature)
    {
        var time = Acquirer.Now();
        var bytes = Encoding.UTF8.GetBytes(Body);

        var answer = await _acquirer.SendAsync(Body, request => Break(request, fault, bytes, time), time);

        Assert.Equal(("F", code), (answer.Status, answer.Code));
        Assert.Null(answer.Header("Signature"));
        var record = Assert.Single(fixture.Server.Received.List(_paymentId));
        Assert.False(record.Verdict.IsAccepted);
        Assert.Equal(signature, record.Verdict.Signature);
        Assert.NotNull(record.Verdict.Refusal);
        Assert.Null(record.Answer.Step);
        Assert.Equal(bytes, record.Body.ToArray());
    }

    [Theory]
    [InlineData("GET", "/aps/api/v1/payments/notifyPushPayment", "METHOD_NOT_SUPPORTED")]
    [InlineData("PUT", "/aps/api/v1/payments/notifyPushPayment", "METHOD_NOT_SUPPORTED")]
    [InlineData("POST", "/aps/api/v1/payments/notifyPushpayment", "NO_INTERFACE_DEF")]
    [InlineData("POST", "/aps/api/v1/payments/notifyPushPayment/", "NO_INTERFACE_DEF")]
    [InlineData("GET", "/", "NO_INTERFACE_DEF")]
    public async Task Request_WrongAddress_IsRefusedWithItsCode(string method, string path, string code)
    {
        var before = fixture.Server.Received.Total;

        var answer = await _acquirer.SendAsync(Body, request =>
        {
            request.Method = new HttpMethod(method);
            request.RequestUri = new Uri(path, UriKind.Relative);
        });

        Assert.Equal(("F", code), (answer.Status, answer.Code));
        var record = Assert.Single(fixture.Server.Received.List(since: before), record => record.Path == path && record.Method == method);
        Assert.False(record.Verdict.IsAccepted);
    }

    [Theory]
    [InlineData("""{"paymentResult":{"resultStatus":"U","resultCode":"SUCCESS"},"paymentId":"ID","paymentRequestId":"r"}""", "paymentResult.resultStatus")]
    [InlineData("""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"ID"}""", "paymentRequestId")]
    [InlineData("""{"paymentResult":{"resultStatus":"F","resultCode":"X"},"paymentId":"ID","amount":20}""", "amount")]
    public async Task Request_BreaksAFieldRule_IsAnsweredParamIllegalSigned(string template, string field)
    {
        var answer = await _acquirer.SendAsync(template.Replace("ID", _paymentId, StringComparison.Ordinal));

        Assert.Equal(("F", "PARAM_ILLEGAL"), (answer.Status, answer.Code));
        Assert.Contains(field, answer.Text, StringComparison.Ordinal);
        Assert.True(answer.Verify(_acquirer.AlipayPlusKeys).IsValid);
        var verdict = Assert.Single(fixture.Server.Received.List(_paymentId)).Verdict;
        Assert.Equal(VerificationStatus.Valid, verdict.Signature);
        Assert.Contains(verdict.Violations, violation => violation.Field == field && violation.Severity == Severity.Refuse);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2025-02-20T08:51:49")]
    [InlineData("2025-02-30T08:51:49Z")]
    [InlineData("1740041509")]
    public async Task Request_TimeUnreadableButSigned_IsAnsweredParamIllegal(string time)
    {
        var answer = await _acquirer.SendAsync(Body, time: time);

        Assert.Equal(("F", "PARAM_ILLEGAL"), (answer.Status, answer.Code));
        Assert.Contains("Request-Time", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OldTime_IsAcceptedWithAWarning()
    {
        var answer = await _acquirer.SendAsync(Body, time: "2025-02-20T08:51:49.090Z");

        Assert.Equal("S", answer.Status);
        Assert.Contains("Request-Time", Assert.Single(Assert.Single(fixture.Server.Received.List(_paymentId)).Verdict.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_BodyBeyondTheLimit_IsRefusedAndRecordedCut()
    {
        var body = new byte[300_000];
        var before = fixture.Server.Received.Total;

        var answer = await _acquirer.SendAsync(body);

        Assert.Equal("PARAM_ILLEGAL", answer.Code);
        Assert.Contains(fixture.Server.Received.List(since: before), record => record.Body.Length == 256 * 1024 && !record.Verdict.IsAccepted);
    }

    [Fact]
    public async Task Request_OtherContentAfterAcknowledgement_IsARecordedContradiction()
    {
        await _acquirer.SendAsync(Body);

        var same = await _acquirer.SendAsync(" " + Body);
        var other = await _acquirer.SendAsync(Acquirer.Notification(_paymentId, "F"));

        Assert.Equal("S", same.Status);
        Assert.Equal(("F", "REPEAT_REQ_INCONSISTENT"), (other.Status, other.Code));
        Assert.True(other.Verify(_acquirer.AlipayPlusKeys).IsValid);
        Assert.Equal([false, false, true], fixture.Server.Received.List(_paymentId).Select(record => record.Verdict.IsContradiction));
    }

    [Fact]
    public async Task Request_OtherContentWhileNothingWasAcknowledged_IsNoContradiction()
    {
        fixture.Server.Scripts.Set(_paymentId, ScriptStep.Unknown(), new ScriptStep { Signing = AnswerSigning.None }, ScriptStep.Success);

        await _acquirer.SendAsync(Body);
        await _acquirer.SendAsync(Body);
        var answer = await _acquirer.SendAsync(Acquirer.Notification(_paymentId, "F"));

        Assert.Equal("S", answer.Status);
    }

    [Fact]
    public async Task Requests_TwoContentsAtOnce_ExactlyOneIsAcknowledged()
    {
        for (var round = 0; round < 20; round++)
        {
            var paymentId = SimulatorFixture.NewPaymentId();
            var answers = await Task.WhenAll(
                _acquirer.SendAsync(Acquirer.Notification(paymentId)), _acquirer.SendAsync(Acquirer.Notification(paymentId, "F")));

            Assert.Single(answers, answer => answer.Status == "S");
            Assert.Single(answers, answer => answer.Code == "REPEAT_REQ_INCONSISTENT");
        }
    }

    [Fact]
    public async Task Setup_KeyForgottenThenMended_HealsTheSamePayment()
    {
        // Its own simulator: the switch is for every payment.
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder });
        using var acquirer = new Acquirer(server);
        server.AcquirerKeyKnown = false;

        var refused = await acquirer.SendAsync(Body);
        server.AcquirerKeyKnown = true;
        var healed = await acquirer.SendAsync(Body);

        Assert.Equal(("F", "KEY_NOT_FOUND"), (refused.Status, refused.Code));
        Assert.Null(refused.Header("Signature"));
        Assert.Equal("S", healed.Status);
    }

    private void Break(HttpRequestMessage request, string fault, byte[] body, string time)
    {
        switch (fault)
        {
            case "no signature":
                request.Headers.Remove("Signature");
                break;
            case "signature of another body":
                Replace("Signature", _acquirer.SignatureOf([.. body, (byte)'\n'], time));
                break;
            case "signature of another path":
                Replace("Signature", _acquirer.SignatureOf(body, time, path: "/aps/api/v1/payments/notifyPayment"));
                break;
            case "signature of another time":
                Replace("Signature", _acquirer.SignatureOf(body, "2025-02-20T08:51:49Z"));
                break;
            case "another key":
                using (var key = RSA.Create(2048))
                using (var signer = new PemRequestSigner(key, "1"))
                {
                    Replace("Signature", SignatureHeader.Format("1", signer.Sign(SignatureContent.Build(NotifyPushPayment.Path, _acquirer.ClientId, time, body))));
                }

                break;
            case "unreadable signature":
                Replace("Signature", "algorithm=RSA256,keyVersion=1");
                break;
            case "two signatures":
                request.Headers.TryAddWithoutValidation("Signature", _acquirer.SignatureOf(body, time));
                break;
            case "another algorithm":
                Replace("Signature", _acquirer.SignatureOf(body, time).Replace("RSA256", "RSA512", StringComparison.Ordinal));
                break;
            case "unknown key version":
                Replace("Signature", _acquirer.SignatureOf(body, time).Replace("keyVersion=1", "keyVersion=2", StringComparison.Ordinal));
                break;
            case "no time":
                request.Headers.Remove("Request-Time");
                break;
            case "no client":
                request.Headers.Remove("Client-Id");
                break;
            case "another client":
                Replace("Client-Id", "SANDBOX_OTHER");
                Replace("Signature", _acquirer.SignatureOf(body, time, "SANDBOX_OTHER"));
                break;
            case "text/plain":
                request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
                break;
            case "latin-1":
                request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=ISO-8859-1");
                break;
            case "no media type":
                request.Content!.Headers.ContentType = null;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }

        void Replace(string name, string value)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
