using System.Net;
using System.Text;
using System.Text.Json;

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

        Assert.Equal("U", (await _acquirer.SendAsync(Acquirer.Notification(paymentId))).Status);
        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification($"not {paymentId}"))).Status);
        Assert.Equal(paymentId, Assert.Single((await _control.GetRequestsAsync(paymentId)).Requests).PaymentId);
    }

    [Fact]
    public void Json_AScriptWithEveryField_ReadsBackTheSame()
    {
        var step = new ScriptStep
        {
            ResultStatus = "F",
            ResultCode = "C",
            ResultMessage = "é",
            Signing = AnswerSigning.WrongKey,
            HttpStatus = 503,
            Delay = TimeSpan.FromMilliseconds(6250),
            Connection = ConnectionBehaviour.Drip,
            Body = AnswerBody.Big,
            RawBody = "{}",
            RetryAfter = "3",
            Location = "/x",
            ClientId = "other",
            DripInterval = TimeSpan.FromSeconds(2),
        };

        var read = JsonSerializer.Deserialize<Script>(JsonSerializer.Serialize(Script.Of(ScriptStep.Success, step), ControlApi.Json), ControlApi.Json);

        Assert.Equal([ScriptStep.Success, step], read!.Steps);
    }

    [Fact]
    public async Task ClearScripts_AfterADefault_AnswersSAgain()
    {
        await _control.SetDefaultScriptAsync(Script.Of(ScriptStep.Unknown()));
        Assert.Equal("U", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Status);

        await _control.ClearScriptsAsync();

        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Status);
    }

    [Theory]
    [InlineData("control/scripts", """{"steps":[]}""", "steps")]
    [InlineData("control/scripts", "{}", "steps")]
    [InlineData("control/scripts", "[]", "$")]
    [InlineData("control/scripts", "null", "$")]
    [InlineData("control/scripts", "", "$")]
    [InlineData("control/scripts", """{"steps":[{}],"steps":[{}]}""", "steps")]
    [InlineData("control/scripts", """{"steps":[{},]}""", "$.steps[1]")]
    [InlineData("control/scripts", """{"steps":[{"status":"S"}]}""", "status")]
    [InlineData("control/scripts", """{"steps":[{},{"resultStatus":1}]}""", "$.steps[1].resultStatus")]
    [InlineData("control/scripts", """{"steps":[{"httpStatus":"200"}]}""", "$.steps[0].httpStatus")]
    [InlineData("control/scripts", """{"steps":[{"httpStatus":204}]}""", "steps[0].httpStatus")]
    [InlineData("control/scripts", """{"steps":[{"delay":6}]}""", "$.steps[0].delay")]
    [InlineData("control/scripts", """{"steps":[{"delay":"6"}]}""", "steps[0].delay")]
    [InlineData("control/scripts", """{"steps":[{"signing":"no"}]}""", "$.steps[0].signing")]
    [InlineData("control/scripts", """{"steps":[{"connection":0}]}""", "$.steps[0].connection")]
    [InlineData("control/scripts?paymentId=", """{"steps":[{}]}""", "paymentId")]
    [InlineData("control/setup", "{}", "acquirerKeyKnown")]
    [InlineData("control/setup", """{"acquirerKeyKnown":"false"}""", "$.acquirerKeyKnown")]
    public async Task Put_BadInput_Is400WithTheFieldAndChangesNothing(string address, string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PutAsync(new Uri(address, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains(field, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True(_server.AcquirerKeyKnown);
        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Status);
    }

    [Theory]
    [InlineData("GET", "control/requests?since=x", HttpStatusCode.BadRequest)]
    [InlineData("GET", "control/requests?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("GET", "control/requests?limit=1001", HttpStatusCode.BadRequest)]
    [InlineData("GET", "control/requests?paymentId=", HttpStatusCode.BadRequest)]
    [InlineData("GET", "control/nothing", HttpStatusCode.NotFound)]
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
        Assert.False((await _control.GetStateAsync()).AcquirerKeyKnown);
        Assert.Equal("KEY_NOT_FOUND", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Code);

        await _control.SetAcquirerKeyKnownAsync(true);

        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification("a"))).Status);
    }

    [Fact]
    public async Task GetState_Always_HoldsTheHostsSettingsAndNoKey()
    {
        Assert.Equal(_server.HostSettings, (await _control.GetStateAsync()).Settings);
        Assert.DoesNotContain("PRIVATE KEY", await _http.GetStringAsync(new Uri("control/state", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetRequests_OverHttp_IsWhatTheProcessRemembers()
    {
        await _acquirer.SendAsync(Acquirer.Notification("a"));
        await _acquirer.SendAsync([0xFF, 0x00], time: "2020-01-01T00:00:00Z");
        await _acquirer.SendAsync(Acquirer.Notification("a", "F"));

        var received = (await _control.GetRequestsAsync()).Requests;

        var remembered = _server.Received.List();
        Assert.Equal(JsonSerializer.Serialize(remembered, ControlApi.Json), JsonSerializer.Serialize(received, ControlApi.Json));
        Assert.Equal(remembered[0].Header("signature"), received[0].Header("signature"));
        Assert.Equal([false, false, true], received.Select(record => record.Verdict.IsContradiction));
        Assert.Equal([2, 3], (await _control.GetRequestsAsync(since: 1)).Requests.Select(record => record.Sequence));
    }

    [Fact]
    public async Task GetRequests_MoreThanAPage_AreAllThereInOrder()
    {
        await _acquirer.SendAsync(Acquirer.Notification("a"));
        var request = Assert.Single(_server.Received.List());
        const int count = 1_005;
        for (var number = 1; number < count; number++)
        {
            _server.Received.Add(request);
        }

        var page = await _control.GetRequestsAsync();

        Assert.Equal(Enumerable.Range(1, count).Select(number => (long)number), page.Requests.Select(record => record.Sequence));
        Assert.False(page.HasMore);
    }

    [Fact]
    public async Task ForgetRequests_AfterAnAcknowledgement_ForgetsThatToo()
    {
        await _acquirer.SendAsync(Acquirer.Notification("a"));

        await _control.ForgetRequestsAsync();

        Assert.Empty((await _control.GetRequestsAsync()).Requests);
        Assert.Equal("S", (await _acquirer.SendAsync(Acquirer.Notification("a", "F"))).Status);
        Assert.Equal(2, (await _control.GetStateAsync()).Received);
    }

    [Fact]
    public async Task SetScript_RefusedByTheApi_NamesTheRule()
    {
        var fault = await Assert.ThrowsAsync<SimulatorControlException>(() => _control.SetScriptAsync("a", new ScriptStep { HttpStatus = 99 }));

        Assert.Contains("400", fault.Message, StringComparison.Ordinal);
        Assert.Contains("steps[0].httpStatus", fault.Message, StringComparison.Ordinal);
    }
}
