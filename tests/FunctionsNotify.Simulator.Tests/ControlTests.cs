using System.Net;
using System.Text;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

public sealed class ControlTests : IAsyncLifetime, IDisposable
{
    private SimulatorServer _server = null!;
    private SimulatorControl _control = null!;
    private Acquirer _acquirer = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder });
        _control = new SimulatorControl(_server.BaseAddress);
        _acquirer = new Acquirer(_server);
        _http = new HttpClient { BaseAddress = _server.BaseAddress };
    }

    public async Task DisposeAsync()
    {
        _control.Dispose();
        await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _acquirer.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a/b%2F?&=#+ c")]
    [InlineData("付款 é")]
    [InlineData(".")]
    public async Task SetScript_AnyPaymentId_AnswersThatPayment(string paymentId)
    {
        await _control.SetScriptAsync(paymentId, ScriptStep.Unknown(), ScriptStep.Success);

        var answer = await _acquirer.SendAsync(Acquirer.Notification(paymentId));

        Assert.Equal("U", answer.Status);
        var record = Assert.Single((await _control.GetRequestsAsync(paymentId)).Requests);
        Assert.Equal(paymentId, record.PaymentId);
        Assert.Equal(1, (await _control.FindScriptAsync(paymentId))!.Used);
        Assert.True(await _control.RemoveScriptAsync(paymentId));
        Assert.False(await _control.RemoveScriptAsync(paymentId));
        Assert.Null(await _control.FindScriptAsync(paymentId));
    }

    [Fact]
    public async Task SetScript_EveryField_ArrivesAsItWasSet()
    {
        var script = new Script
        {
            Then = AfterLastStep.Default,
            Steps =
            [
                ScriptStep.Success,
                new ScriptStep
                {
                    ResultStatus = "F",
                    ResultCode = "C",
                    ResultMessage = "é",
                    Signing = AnswerSigning.WrongKey,
                    HttpStatus = 503,
                    Delay = TimeSpan.FromMilliseconds(6250),
                    Connection = ConnectionBehaviour.Drip,
                    Body = AnswerBody.Big,
                    RetryAfter = "3",
                    Location = "/x",
                    ClientId = "other",
                    ResponseTimeShift = TimeSpan.FromDays(-2),
                    DripInterval = TimeSpan.FromSeconds(2),
                    OmitHeaders = ["Trace-Id", "Client-Id"],
                },
                new ScriptStep { RawBody = "{}", Signing = AnswerSigning.None },
                new ScriptStep { Signing = AnswerSigning.Valid, Connection = ConnectionBehaviour.Cut, Body = AnswerBody.Html },
            ],
        };

        await _control.SetDefaultScriptAsync(script);

        var found = (await _control.FindScriptAsync(null))!.Script;
        Assert.Equal(AfterLastStep.Default, found.Then);
        Assert.Equal(script.Steps.Count, found.Steps.Count);
        for (var index = 0; index < found.Steps.Count; index++)
        {
            // A list has no equality of its own.
            Assert.Equal(script.Steps[index].OmitHeaders, found.Steps[index].OmitHeaders);
            Assert.Equal(script.Steps[index], found.Steps[index] with { OmitHeaders = script.Steps[index].OmitHeaders });
        }
    }

    [Fact]
    public async Task ClearScripts_AfterADefault_AnswersSAgain()
    {
        await _control.SetDefaultScriptAsync(Script.Of(ScriptStep.Unknown()));
        Assert.Equal("U", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Status);

        await _control.ClearScriptsAsync();

        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Status);
        Assert.Null(await _control.FindScriptAsync(null));
    }

    [Theory]
    [InlineData("""{"steps":[]}""", "steps")]
    [InlineData("{}", "steps")]
    [InlineData("[]", "$")]
    [InlineData("", "$")]
    [InlineData("""{"steps":[{}],"steps":[{}]}""", "$")]
    [InlineData("""{"steps":[{},]}""", "$")]
    [InlineData("""{"steps":{}}""", "steps")]
    [InlineData("""{"steps":[{}],"than":"last"}""", "than")]
    [InlineData("""{"steps":[{}],"then":"repeat"}""", "then")]
    [InlineData("""{"steps":[1]}""", "steps[0]")]
    [InlineData("""{"steps":[{"status":"S"}]}""", "steps[0].status")]
    [InlineData("""{"steps":[{},{"resultStatus":1}]}""", "steps[1].resultStatus")]
    [InlineData("""{"steps":[{"httpStatus":"200"}]}""", "steps[0].httpStatus")]
    [InlineData("""{"steps":[{"httpStatus":600}]}""", "steps[0].httpStatus")]
    [InlineData("""{"steps":[{"httpStatus":204}]}""", "steps[0].httpStatus")]
    [InlineData("""{"steps":[{"delay":6}]}""", "steps[0].delay")]
    [InlineData("""{"steps":[{"delay":"6"}]}""", "steps[0].delay")]
    [InlineData("""{"steps":[{"delay":"-00:00:01"}]}""", "steps[0].delay")]
    [InlineData("""{"steps":[{"signed":"no"}]}""", "steps[0].signed")]
    [InlineData("""{"steps":[{"connection":"Drop"}]}""", "steps[0].connection")]
    [InlineData("""{"steps":[{"body":"0"}]}""", "steps[0].body")]
    [InlineData("""{"steps":[{"body":"html","rawBody":"x"}]}""", "steps[0].rawBody")]
    [InlineData("""{"steps":[{"retryAfter":"a\nb"}]}""", "steps[0].retryAfter")]
    [InlineData("""{"steps":[{"omitHeaders":["Date"]}]}""", "steps[0].omitHeaders")]
    [InlineData("""{"steps":[{"omitHeaders":"Trace-Id"}]}""", "steps[0].omitHeaders")]
    public async Task PutScript_BadInput_Is400WithTheFieldAndARule(string body, string field)
    {
        var problem = await RefusedAsync(HttpMethod.Put, "control/scripts", body);

        Assert.Contains(problem.Errors, error => error.Field == field && error.Rule.Length > 0);
        Assert.Null(_server.Scripts.FindDefault());
    }

    [Fact]
    public async Task PutScript_SeveralFaults_AreToldAtOnce()
    {
        var problem = await RefusedAsync(HttpMethod.Put, "control/scripts?paymentId=p", """{"steps":[{"delay":6,"body":"x"},{"sined":true}],"then":1}""");

        Assert.Equal(["steps[0].delay", "steps[0].body", "steps[1].sined", "then"], problem.Errors.Select(error => error.Field));
        Assert.Null(_server.Scripts.Find("p"));
    }

    [Theory]
    [InlineData("GET", "control/requests?since=x", "since")]
    [InlineData("GET", "control/requests?since=-1", "since")]
    [InlineData("GET", "control/requests?limit=0", "limit")]
    [InlineData("GET", "control/requests?limit=10001", "limit")]
    [InlineData("GET", "control/requests?payment=1", "payment")]
    [InlineData("GET", "control/requests?paymentId=", "paymentId")]
    [InlineData("GET", "control/requests?paymentId=a&paymentId=b", "paymentId")]
    [InlineData("DELETE", "control/requests?paymentId=a", "paymentId")]
    [InlineData("DELETE", "control/scripts?paymentId=", "paymentId")]
    [InlineData("PUT", "control/scripts?paymentId=", "paymentId")]
    [InlineData("PUT", "control/scripts?id=1", "id")]
    public async Task Query_BadInput_Is400WithTheParameter(string method, string address, string field)
    {
        var problem = await RefusedAsync(new HttpMethod(method), address, method == "PUT" ? """{"steps":[{}]}""" : null);

        Assert.Equal(field, Assert.Single(problem.Errors).Field);
    }

    [Theory]
    [InlineData("{}", "acquirerKeyKnown")]
    [InlineData("""{"acquirerKeyKnown":"false"}""", "acquirerKeyKnown")]
    [InlineData("""{"acquirerKeyKnown":false,"x":1}""", "x")]
    public async Task PutSetup_BadInput_ChangesNothing(string body, string field)
    {
        var problem = await RefusedAsync(HttpMethod.Put, "control/setup", body);

        Assert.Equal(field, Assert.Single(problem.Errors).Field);
        Assert.True(_server.Setup.AcquirerKeyKnown);
    }

    [Theory]
    [InlineData("GET", "control/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "control/scripts", HttpStatusCode.NotFound)]
    [InlineData("POST", "control/scripts", HttpStatusCode.MethodNotAllowed)]
    public async Task Control_WrongAddress_IsAnHttpError(string method, string address, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        using var response = await _http.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        // Control calls are none of Alipay+'s requests.
        Assert.Equal(0, _server.Received.Total);
    }

    [Fact]
    public async Task SetAcquirerKeyKnown_FalseThenTrue_BreaksAndHeals()
    {
        await _control.SetAcquirerKeyKnownAsync(false);
        Assert.False((await _control.GetHealthAsync()).AcquirerKeyKnown);
        Assert.Equal("KEY_NOT_FOUND", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Code);

        await _control.SetAcquirerKeyKnownAsync(true);

        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Status);
    }

    [Fact]
    public async Task GetKeys_Always_HoldsPublicKeysAndPathsOnly()
    {
        var keys = await _control.GetKeysAsync();

        Assert.Equal(_server.Keys.AcquirerPublicKey, keys.AcquirerPublicKey);
        Assert.Equal(_server.HostSettings, keys.HostSettings);
        using var ring = PublicKeyRing.FromTexts([new(keys.AlipayPlusKeyVersion, keys.AlipayPlusPublicKey)]);
        Assert.True((await _acquirer.SendAsync(Acquirer.Notification("a"))).Verify(ring).IsValid);
        var text = await _http.GetStringAsync(new Uri("control/keys", UriKind.Relative));
        Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        foreach (var path in new[] { _server.Keys.AcquirerPrivateKeyPath, _server.Keys.AlipayPlusPrivateKeyPath })
        {
            using var key = RsaKeys.ReadPrivateKey(File.ReadAllText(path));
            Assert.DoesNotContain(Convert.ToBase64String(key.ExportPkcs8PrivateKey())[50..150], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HostSettings_ReadAsAHostDoes_SignAndVerify()
    {
        var settings = (await _control.GetKeysAsync()).HostSettings;
        using var acquirer = new Acquirer(
            new Uri(settings["AlipayPlus__BaseUrl"]),
            File.ReadAllText(settings["AlipayPlus__PrivateKeyPath"]),
            settings["AlipayPlus__PublicKeysPath"],
            settings["AlipayPlus__ClientId"]);

        var answer = await acquirer.SendAsync(Acquirer.Notification("a"));

        Assert.True(answer.Verify(acquirer.AlipayPlusKeys).IsValid);
        Assert.Equal("1", settings["AlipayPlus__KeyVersion"]);
    }

    [Fact]
    public async Task GetRequests_OverHttp_IsWhatTheProcessRemembers()
    {
        await _acquirer.SendAsync(Acquirer.Notification("a"));
        await _acquirer.SendAsync([0xFF, 0x00], time: "2020-01-01T00:00:00Z");
        await _acquirer.SendAsync(Acquirer.Notification("a", "F"));

        var received = (await _control.GetRequestsAsync()).Requests;

        var remembered = _server.Received.List();
        Assert.Equal(JsonSerializer.Serialize(remembered, ControlJson.Options), JsonSerializer.Serialize(received, ControlJson.Options));
        Assert.Equal(remembered[0].Header("signature"), received[0].Header("signature"));
        Assert.Equal([false, false, true], received.Select(record => record.Verdict.IsContradiction));
        Assert.Equal([2, 3], (await _control.GetRequestsAsync(since: 1)).Requests.Select(record => record.Sequence));
    }

    [Fact]
    public async Task GetRequests_MoreThanAPage_AreAllThereInOrder()
    {
        const int Count = 1_005;
        for (var number = 0; number < Count; number++)
        {
            _server.Received.Add(Given.Record($"p{number}"), 1);
        }

        var page = await _control.GetRequestsAsync();

        Assert.Equal(Enumerable.Range(1, Count).Select(number => (long)number), page.Requests.Select(record => record.Sequence));
        Assert.False(page.HasMore);
    }

    [Fact]
    public async Task ForgetRequests_AfterAnAcknowledgement_ForgetsThatToo()
    {
        await _acquirer.SendAsync(Acquirer.Notification("a"));

        await _control.ForgetRequestsAsync();

        Assert.Empty((await _control.GetRequestsAsync()).Requests);
        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification("a", "F"))).Status);
        Assert.Equal(2, (await _control.GetHealthAsync()).Received);
    }

    [Fact]
    public async Task WaitForRequests_TooFewInTime_SaysHowManyCame()
    {
        await _acquirer.SendAsync(Acquirer.Notification("a"));

        Assert.Single(await _control.WaitForRequestsAsync("a", 1, TimeSpan.FromSeconds(30)));
        var fault = await Assert.ThrowsAsync<TimeoutException>(() => _control.WaitForRequestsAsync("a", 2, TimeSpan.FromMilliseconds(50)));
        Assert.Contains("1 came", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetScript_RefusedByTheApi_NamesTheRule()
    {
        var fault = await Assert.ThrowsAsync<SimulatorControlException>(() => _control.SetScriptAsync("a", new ScriptStep { HttpStatus = 99 }));

        Assert.Equal(400, fault.HttpStatus);
        Assert.Equal("steps[0].httpStatus", Assert.Single(fault.Errors).Field);
    }

    [Fact]
    public async Task Start_PortThatIsTaken_IsAnIOException()
    {
        var options = new SimulatorOptions { KeysDirectory = SharedKeys.Folder, Port = _server.BaseAddress.Port };

        await Assert.ThrowsAnyAsync<IOException>(() => SimulatorServer.StartAsync(options));
    }

    private async Task<ControlProblem> RefusedAsync(HttpMethod method, string address, string? body)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonSerializer.Deserialize<ControlProblem>(await response.Content.ReadAsStringAsync(), ControlJson.Options)!;
    }
}
