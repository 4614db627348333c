using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class NotificationApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string? body = null)
    {
        using var content = body is null ? null : new StringContent(body);
        using var response = await _host.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    [Fact]
    public async Task Health_Always_ReportsLadderAndConstants()
    {
        var json = await _host.Client.GetFromJsonAsync<JsonElement>("/api/health");
        Assert.Equal(("ok", "local"), (json.GetProperty("status").GetString(), json.GetProperty("host").GetString()));
        var policy = json.GetProperty("delivery").Deserialize<DeliveryPolicy>(DeliveryJson.Options)!;
        Assert.Equal(new DeliveryPolicy().RetryDelays, policy.RetryDelays.AsEnumerable());
        Assert.Equal(new DeliveryPolicy().PostponeLimit, policy.PostponeLimit);
        Assert.Equal(new OverloadPolicy(), json.GetProperty("overload").Deserialize<OverloadPolicy>(DeliveryJson.Options));
        Assert.Equal("Closed", json.GetProperty("breaker").GetString());
    }

    [Fact]
    public async Task Get_WaitingDelivery_ShowsStateAndAttempts()
    {
        _host.Has(ApiHost.Waiting());
        var json = await _host.Client.GetFromJsonAsync<JsonElement>("/api/notifications/p-1");
        Assert.Equal(("Open", 3), (json.GetProperty("state").GetString(), json.GetProperty("duplicates").GetInt32()));
        var delivery = json.GetProperty("delivery");
        Assert.Equal(("Waiting", 2), (delivery.GetProperty("phase").GetString(), delivery.GetProperty("nextAttempt").GetInt32()));
        Assert.Equal("UNKNOWN_EXCEPTION", delivery.GetProperty("attempts")[0].GetProperty("result").GetProperty("resultCode").GetString());
    }

    [Theory]
    [InlineData("/api/notifications/unknown")]
    [InlineData("/api/notifications/0123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Get_UnknownPayment_Is404Problem(string path)
    {
        using var response = await _host.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task SendNow_WaitingDelivery_Is202AndNamesTheWaitingAttempt()
    {
        _host.Has(ApiHost.Waiting());
        var (status, json) = await PostAsync("/api/notifications/p-1/send-now", """{"actor":"ann","reason":"key mended"}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        var (deliveryId, command) = Assert.Single(_host.Sent);
        Assert.Equal("np-p-1", deliveryId);
        Assert.Equal(json.GetProperty("commandId").GetString(), command.Id);
        Assert.Equal((CommandKind.SendNow, 2, "ann", "key mended"), (command.Kind!.Value, command.ExpectedAttempt!.Value, command.Actor!, command.Reason!));
    }

    [Fact]
    public async Task SendNow_ExpectedAttemptGiven_IsPassedOn()
    {
        _host.Has(ApiHost.Waiting());
        await PostAsync("/api/notifications/p-1/send-now", """{"expectedAttempt":7}""");
        Assert.Equal(7, Assert.Single(_host.Sent).Command.ExpectedAttempt);
    }

    [Fact]
    public async Task Cancel_WaitingDelivery_Is202()
    {
        _host.Has(ApiHost.Waiting());
        var (status, _) = await PostAsync("/api/notifications/p-1/cancel");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(CommandKind.Cancel, Assert.Single(_host.Sent).Command.Kind);
    }

    [Fact]
    public async Task Cancel_EndedDelivery_Is409AndSendsNothing()
    {
        var ended = ApiHost.Waiting().TimerFired().Apply(
            new AttemptResult { Kind = AttemptKind.Acknowledged, StartedAt = DateTimeOffset.UnixEpoch, Duration = TimeSpan.Zero },
            DateTimeOffset.UnixEpoch);
        _host.Has(ended);
        var (status, json) = await PostAsync("/api/notifications/p-1/cancel");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Delivered", json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public async Task Cancel_BrokenDelivery_Is409AndSaysWhatToDo()
    {
        var delivery = ApiHost.Waiting();
        _host.Has(delivery);
        var broken = DeliveryReport.Of(delivery) with { NextAttempt = null, NextDueAt = null, OperatorAction = "Repair it." };
        _host.Reader.Setup(reader => reader.GetAsync(delivery.DeliveryId, It.IsAny<CancellationToken>())).ReturnsAsync(broken);
        var (status, json) = await PostAsync("/api/notifications/p-1/cancel");
        Assert.Equal((HttpStatusCode.Conflict, "Repair it."), (status, json.GetProperty("detail").GetString()));
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public async Task Cancel_ClaimWithoutDelivery_Is409()
    {
        _host.Has(ApiHost.Waiting(), started: false);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("/api/notifications/p-1/cancel")).Status);
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public async Task Cancel_UnknownPayment_Is404() =>
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("/api/notifications/unknown/cancel")).Status);

    [Theory]
    [InlineData("nonsense", "$")]
    [InlineData("[]", "$")]
    [InlineData("""{"other":1}""", "$")]
    [InlineData("""{"expectedAttempt":0}""", "expectedAttempt")]
    [InlineData("""{"expectedAttempt":"2"}""", "expectedAttempt")]
    [InlineData("""{"actor":1}""", "actor")]
    [InlineData("""{"reason":"\ud800"}""", "reason")]
    public async Task SendNow_BadBody_Is400AndNamesTheField(string body, string field)
    {
        _host.Has(ApiHost.Waiting());
        var (status, json) = await PostAsync("/api/notifications/p-1/send-now", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(json.GetProperty("errors").TryGetProperty(field, out _));
        Assert.Empty(_host.Sent);
    }

    [Fact]
    public async Task SendNow_SeveralFaults_NamesAllOfThem()
    {
        _host.Has(ApiHost.Waiting());
        var (_, json) = await PostAsync("/api/notifications/p-1/send-now", """{"expectedAttempt":0,"actor":1,"reason":[]}""");
        Assert.Equal(3, json.GetProperty("errors").EnumerateObject().Count());
    }

    [Fact]
    public async Task SendNow_HugeBody_Is413()
    {
        _host.Has(ApiHost.Waiting());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync("/api/notifications/p-1/send-now", new string(' ', 5000))).Status);
    }

    [Fact]
    public async Task Get_MarkupInAnAnswer_StaysText()
    {
        var delivery = ApiHost.Waiting().TimerFired().Apply(
            new AttemptResult { Kind = AttemptKind.NoResult, StartedAt = DateTimeOffset.UnixEpoch, Duration = TimeSpan.Zero, ResultMessage = "<script>\"x\"</script>" },
            DateTimeOffset.UnixEpoch);
        _host.Has(delivery);
        using var response = await _host.Client.GetAsync(new Uri("/api/notifications/p-1", UriKind.Relative));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("<script>\"x\"</script>", json.GetProperty("delivery").GetProperty("attempts")[1].GetProperty("result").GetProperty("resultMessage").GetString());
    }
}
