using System.Diagnostics;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

/// <summary>Every kind of step, seen on the wire.</summary>
public sealed class ScriptTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private readonly Acquirer _acquirer = fixture.Acquirer;
    private readonly string _paymentId = SimulatorFixture.NewPaymentId();

    private Task<Answer> SendAsync() => _acquirer.SendAsync(Acquirer.Notification(_paymentId));

    private Task<Answer> SendAsync(ScriptStep step)
    {
        fixture.Server.Scripts.Set(_paymentId, step);
        return SendAsync();
    }

    private VerificationStatus Verify(Answer answer) => answer.Verify(_acquirer.AlipayPlusKeys).Status;

    [Theory]
    [InlineData("S", null, "SUCCESS")]
    [InlineData("S", "ACCEPTED", "ACCEPTED")]
    [InlineData("F", "ORDER_NOT_EXIST", "ORDER_NOT_EXIST")]
    [InlineData("F", null, "PROCESS_FAIL")]
    [InlineData("U", "REQUEST_TRAFFIC_EXCEED_LIMIT", "REQUEST_TRAFFIC_EXCEED_LIMIT")]
    [InlineData("U", null, "UNKNOWN_EXCEPTION")]
    [InlineData("s", null, "UNKNOWN_EXCEPTION")]
    [InlineData("SUCCESS", "SUCCESS", "SUCCESS")]
    public async Task Step_Result_IsAnsweredSigned(string status, string? code, string expectedCode)
    {
        var answer = await SendAsync(new ScriptStep { ResultStatus = status, ResultCode = code, ResultMessage = "déclinée 拒絶" });

        Assert.Equal((status, expectedCode), (answer.Status, answer.Code));
        Assert.Equal(VerificationStatus.Valid, Verify(answer));
        var record = Assert.Single(fixture.Server.Received.List(_paymentId));
        Assert.Equal((0, status, expectedCode), (record.Answer.Step, record.Answer.ResultStatus, record.Answer.ResultCode));
    }

    [Theory]
    [InlineData(AnswerSigning.Valid, VerificationStatus.Valid)]
    [InlineData(AnswerSigning.None, VerificationStatus.NotSigned)]
    [InlineData(AnswerSigning.WrongKey, VerificationStatus.BadSignature)]
    [InlineData(AnswerSigning.WrongBody, VerificationStatus.BadSignature)]
    [InlineData(AnswerSigning.UnknownKeyVersion, VerificationStatus.UnknownKeyVersion)]
    [InlineData(AnswerSigning.KeyVersionZero, VerificationStatus.Valid)]
    [InlineData(AnswerSigning.Malformed, VerificationStatus.Malformed)]
    public async Task Step_Signing_IsSeenByTheVerifier(AnswerSigning signing, VerificationStatus expected)
    {
        var answer = await SendAsync(new ScriptStep { Signing = signing });

        Assert.Equal(expected, Verify(answer));
        Assert.Equal("S", answer.Status);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(400)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Step_HttpStatus_KeepsTheSignedResult(int status)
    {
        var answer = await SendAsync(new ScriptStep { HttpStatus = status });

        Assert.Equal(status, answer.HttpStatus);
        Assert.Equal(VerificationStatus.Valid, Verify(answer));
    }

    [Fact]
    public async Task Step_Delay_AnswersLaterButIsRecordedAtOnce()
    {
        fixture.Server.Scripts.Set(_paymentId, new ScriptStep { Delay = TimeSpan.FromMilliseconds(600) });
        var clock = Stopwatch.StartNew();

        var sending = SendAsync();
        await Poll.UntilAsync(() => fixture.Server.Received.List(_paymentId).Count == 1);
        Assert.False(sending.IsCompleted);
        var answer = await sending;

        // The timer may fire a little early; the answer without a delay takes a few milliseconds.
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(550), $"answered after {clock.Elapsed}");
        Assert.Equal("S", answer.Status);
    }

    [Fact]
    public async Task Step_DelayBeyondTheClientsPatience_EndsWithTheClient()
    {
        fixture.Server.Scripts.Set(_paymentId, new ScriptStep { Delay = TimeSpan.FromMinutes(5) }, ScriptStep.Success);
        using var http = new HttpClient { BaseAddress = fixture.Server.BaseAddress };
        using var request = _acquirer.Request(Encoding.UTF8.GetBytes(Acquirer.Notification(_paymentId)));
        using var patience = new CancellationTokenSource();

        var sending = http.SendAsync(request, patience.Token);
        await Poll.UntilAsync(() => fixture.Server.Received.List(_paymentId).Count == 1);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        Assert.Equal("S", (await SendAsync()).Status);
        Assert.Equal([0, 1], fixture.Server.Received.List(_paymentId).Select(record => record.Answer.Step));
    }

    [Fact]
    public async Task Step_Drop_EndsTheConnectionWithoutAByte()
    {
        fixture.Server.Scripts.Set(_paymentId, new ScriptStep { Connection = ConnectionBehaviour.Drop });

        var (bytes, _) = await _acquirer.SendRawAsync(Acquirer.Notification(_paymentId));

        Assert.Empty(bytes);
        await Assert.ThrowsAsync<HttpRequestException>(SendAsync);
    }

    [Theory]
    [InlineData(ConnectionBehaviour.Reset)]
    [InlineData(ConnectionBehaviour.Cut)]
    public async Task Step_ConnectionEndsMidBody_SendsHeadersAndHalfABody(ConnectionBehaviour connection)
    {
        fixture.Server.Scripts.Set(_paymentId, new ScriptStep { Connection = connection });

        var (bytes, _) = await _acquirer.SendRawAsync(Acquirer.Notification(_paymentId));

        var parts = Encoding.UTF8.GetString(bytes).Split("\r\n\r\n");
        Assert.Equal(2, parts.Length);
        Assert.StartsWith("HTTP/1.1 200", parts[0], StringComparison.Ordinal);
        var announced = int.Parse(parts[0].Split("Content-Length: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(announced / 2, parts[1].Length);
        await Assert.ThrowsAnyAsync<Exception>(SendAsync);
    }

    [Fact]
    public async Task Step_Reset_ResetsWhileCutDoesNot()
    {
        fixture.Server.Scripts.Set(_paymentId, new ScriptStep { Connection = ConnectionBehaviour.Reset }, new ScriptStep { Connection = ConnectionBehaviour.Cut });

        var reset = await _acquirer.SendRawAsync(Acquirer.Notification(_paymentId));
        var cut = await _acquirer.SendRawAsync(Acquirer.Notification(_paymentId));

        Assert.Equal((true, false), (reset.WasReset, cut.WasReset));
    }

    [Fact]
    public async Task Step_Drip_SendsTheWholeAnswerSlowly()
    {
        var quick = await SendAsync();
        fixture.Server.Scripts.Set(_paymentId, new ScriptStep { Connection = ConnectionBehaviour.Drip, DripInterval = TimeSpan.FromMilliseconds(10) });
        var clock = Stopwatch.StartNew();

        var answer = await SendAsync();

        Assert.Equal(quick.Text, answer.Text);
        Assert.Equal(VerificationStatus.Valid, Verify(answer));
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(5 * answer.Body.Length), $"answered after {clock.Elapsed}");
    }

    [Fact]
    public async Task Step_Big_IsASignedResultBeyond64Kilobytes()
    {
        var answer = await SendAsync(new ScriptStep { Body = AnswerBody.Big });

        Assert.True(answer.Body.Length > 65_536);
        Assert.Equal("S", answer.Status);
        Assert.Equal(VerificationStatus.Valid, Verify(answer));
    }

    [Fact]
    public async Task Step_Truncated_IsHalfTheJsonInAWholeAnswer()
    {
        var whole = await SendAsync();

        var answer = await SendAsync(new ScriptStep { Body = AnswerBody.Truncated });

        Assert.Equal(whole.Text[..(whole.Text.Length / 2)], answer.Text);
        Assert.Equal(VerificationStatus.BadSignature, Verify(answer));
    }

    [Fact]
    public async Task Step_Html_IsAnUnsignedPage()
    {
        var answer = await SendAsync(new ScriptStep { Body = AnswerBody.Html, HttpStatus = 502 });

        Assert.Equal(502, answer.HttpStatus);
        Assert.StartsWith("text/html", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains("<html>", answer.Text, StringComparison.Ordinal);
        Assert.Equal(VerificationStatus.NotSigned, Verify(answer));
        Assert.Null(Assert.Single(fixture.Server.Received.List(_paymentId)).Answer.ResultStatus);
    }

    [Fact]
    public async Task Step_Garbage_IsNotUtf8()
    {
        var answer = await SendAsync(new ScriptStep { Body = AnswerBody.Garbage });

        Assert.Throws<DecoderFallbackException>(() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(answer.Body));
    }

    [Fact]
    public async Task Step_Empty_HasNoBody() => Assert.Empty((await SendAsync(new ScriptStep { Body = AnswerBody.Empty })).Body);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"result":{"resultStatus":"S"}} """)]
    [InlineData("\uFEFF{\"result\":{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\"}}")]
    public async Task Step_RawBody_IsSentAsItIsAndSigned(string body)
    {
        var answer = await SendAsync(new ScriptStep { RawBody = body });

        Assert.Equal(Encoding.UTF8.GetBytes(body), answer.Body);
        Assert.Equal(VerificationStatus.Valid, Verify(answer));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("Wed, 21 Oct 2026 07:28:00 GMT")]
    [InlineData("soon")]
    public async Task Step_RetryAfter_IsSentAsGiven(string value)
    {
        var answer = await SendAsync(new ScriptStep { HttpStatus = 503, Body = AnswerBody.Empty, RetryAfter = value });

        Assert.Equal((503, value), (answer.HttpStatus, answer.Header("Retry-After")));
    }

    [Fact]
    public async Task Step_Location_RedirectsUnsigned()
    {
        var answer = await SendAsync(new ScriptStep { Location = "http://127.0.0.1:9/elsewhere" });

        Assert.Equal((307, "http://127.0.0.1:9/elsewhere"), (answer.HttpStatus, answer.Header("Location")));
        Assert.Null(answer.Header("Signature"));
    }

    [Fact]
    public async Task Step_ClientId_IsSignedForAnother()
    {
        var answer = await SendAsync(new ScriptStep { ClientId = "SANDBOX_OTHER" });

        Assert.Equal("SANDBOX_OTHER", answer.Header("Client-Id"));
        Assert.Equal(VerificationStatus.Valid, Verify(answer));
    }

    [Fact]
    public async Task Script_SeveralSteps_AreUsedInOrderAndTheLastRepeats()
    {
        fixture.Server.Scripts.Set(_paymentId, ScriptStep.Unknown(), ScriptStep.Failure("KEY_NOT_FOUND") with { Signing = AnswerSigning.None }, ScriptStep.Success);

        var codes = new List<string>();
        for (var request = 0; request < 5; request++)
        {
            codes.Add((await SendAsync()).Code);
        }

        Assert.Equal(["UNKNOWN_EXCEPTION", "KEY_NOT_FOUND", "SUCCESS", "SUCCESS", "SUCCESS"], codes);
        Assert.Equal([0, 1, 2, 2, 2], fixture.Server.Received.List(_paymentId).Select(record => record.Answer.Step));
    }

    [Fact]
    public async Task Script_RefusedRequest_UsesNoStep()
    {
        fixture.Server.Scripts.Set(_paymentId, ScriptStep.Unknown(), ScriptStep.Success);

        await _acquirer.SendAsync(Acquirer.Notification(_paymentId), request => request.Headers.Remove("Signature"));

        Assert.Equal("U", (await SendAsync()).Status);
    }

    [Fact]
    public async Task DefaultScript_EveryPayment_GoesThroughItOnItsOwn()
    {
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder });
        using var acquirer = new Acquirer(server);
        server.Scripts.SetDefault(ScriptStep.Unknown(), ScriptStep.Success);
        server.Scripts.Set("own", ScriptStep.Failure("ORDER_NOT_EXIST"));

        foreach (var (paymentId, status) in new[] { ("a", "U"), ("b", "U"), ("own", "F"), ("a", "S"), ("b", "S"), ("own", "F") })
        {
            Assert.Equal(status, (await acquirer.SendAsync(Acquirer.Notification(paymentId))).Status);
        }

        server.Scripts.Clear();
        Assert.Equal("S", (await acquirer.SendAsync(Acquirer.Notification("c"))).Status);
    }

    [Fact]
    public async Task Dispose_WhileAnAnswerWaits_EndsAtOnce()
    {
        var server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder });
        using var acquirer = new Acquirer(server);
        server.Scripts.SetDefault(new ScriptStep { Delay = TimeSpan.FromMinutes(9) });
        var sending = acquirer.SendAsync(Acquirer.Notification(_paymentId));
        await Poll.UntilAsync(() => server.Received.Total == 1);

        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<HttpRequestException>(() => sending);
    }

    [Fact]
    public void Set_ValuesThatAreNotAllowed_AreAllNamed()
    {
        var fault = Assert.Throws<ArgumentException>(() => fixture.Server.Scripts.Set(
            _paymentId, ScriptStep.Success, new ScriptStep { HttpStatus = 100, Delay = TimeSpan.FromHours(1), RetryAfter = "a\r\nb", DripInterval = TimeSpan.FromHours(1) }));

        Assert.All(["steps[1].httpStatus", "steps[1].delay", "steps[1].retryAfter", "steps[1].dripInterval"], field => Assert.Contains(field, fault.Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => fixture.Server.Scripts.Set(_paymentId, Array.Empty<ScriptStep>()));
    }
}
