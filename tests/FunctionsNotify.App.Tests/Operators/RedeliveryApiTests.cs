using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class RedeliveryApiTests
{
    private readonly RepairHost _host = new() { Claim = GivenClaim.Of() };

    public RedeliveryApiTests() => _host.End(DeliveryState.Exhausted);

    [Fact]
    public async Task Redeliver_Ended_Is202AndTheSameKeyIsARepeat()
    {
        await using var api = await StartAsync();

        var first = await PostAsync(api, "notifications/p-1/redeliver", """{"actor":"ann","reason":"why"}""", "k-1");
        var again = await PostAsync(api, "notifications/p-1/redeliver", """{"actor":"ann","reason":"why"}""", "k-1");

        Assert.Equal((HttpStatusCode.Accepted, """{"deliveryId":"np-p-1~2","generation":2,"supersedes":"np-p-1","isRepeat":false}"""), first);
        Assert.Equal((HttpStatusCode.Accepted, """{"deliveryId":"np-p-1~2","generation":2,"supersedes":"np-p-1","isRepeat":true}"""), again);
        Assert.Single(_host.Started);
    }

    [Fact]
    public async Task Redeliver_Correction_TakesTheExactBytesOfTheBody()
    {
        await using var api = await StartAsync();
        const string Body = """{ "paymentId" : "p-1", "paymentRequestId":"r-1","paymentResult":{"resultCode":"PROCESS_FAIL","resultStatus":"F","resultMessage":"✓ \u00e9"} }""";

        var (status, _) = await PostAsync(api, "notifications/p-1/redeliver", $$"""{"body":{{Body}},"reason":"why","actor":"ann"}""");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(Body, Encoding.UTF8.GetString(Assert.Single(_host.Started).Body.Span));
    }

    [Theory]
    [InlineData("""{"actor":"a","reason":"r","force":1}""", null, "force")]
    [InlineData("""{"actor":"a","reason":"r","body":"text"}""", null, "body")]
    [InlineData("""{"actor":"a","reason":"r","body":{}}""", null, "body.paymentId")]
    [InlineData("""{"actor":"a","reason":"r","<script>":1}""", null, "$")]
    [InlineData("""{"actor":"a","actor":"b","reason":"r"}""", null, "$")]
    [InlineData("""{"actor":"a\u0007","reason":"r"}""", null, "actor")]
    [InlineData("""{"actor":"\ud800","reason":"r"}""", null, "actor")]
    [InlineData("""{"actor":"a"}""", null, "reason")]
    [InlineData("""{"reason":"r"}""", null, "actor")]
    [InlineData("", null, "$")]
    [InlineData("[]", null, "$")]
    [InlineData("""{"actor":"a","reason":"r"}""", "", "Idempotency-Key")]
    [InlineData("""{"actor":"a","reason":"r"}""", "01234567890123456789012345678901234567890123456789012345678901234", "Idempotency-Key")]
    public async Task Redeliver_BrokenRules_Is400ByField(string body, string? key, string field)
    {
        await using var api = await StartAsync();

        var (status, answer) = await PostAsync(api, "notifications/p-1/redeliver", body, key);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, JsonDocument.Parse(answer).RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.DoesNotContain("script", answer, StringComparison.Ordinal);
        Assert.Empty(_host.Steps);
    }

    [Fact]
    public async Task Redeliver_WrongState_Is409AndUnknownIs404AndTooLongIs413()
    {
        await using var api = await StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(api, "notifications/other/redeliver", """{"actor":"a","reason":"r"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(api, $"notifications/{new string('x', 300)}/redeliver", """{"actor":"a","reason":"r"}""")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(api, "notifications/p-1/redeliver", new string(' ', RedeliveryApi.MaxBytes + 1))).Status);
        _host.End(DeliveryState.Delivered);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(api, "notifications/p-1/redeliver", """{"actor":"a","reason":"r"}""")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(api, "notifications/p-1/redeliver", """{"actor":"a","reason":"r","force":true}""")).Status);
    }

    [Fact]
    public async Task AnyChange_AuditLogDown_Is503AndNothingIsChanged()
    {
        _host.AuditIsDown = true;
        await using var api = await StartAsync();
        api.Has(ApiHost.Waiting("p-2"));

        foreach (var path in new[] { "notifications/p-1/redeliver", "notifications/p-1/repair", "redeliveries" })
        {
            var body = path == "redeliveries" ? """{"actor":"a","reason":"r","paymentIds":["p-1"]}""" : path.EndsWith("repair", StringComparison.Ordinal) ? "{}" : """{"actor":"a","reason":"r"}""";
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(api, path, body, "k")).Status);
        }

        Assert.Empty(_host.Steps);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("send-now")]
    public async Task Command_AuditLogDown_Is503AndNothingIsSent(string command)
    {
        await using var api = await ApiHost.StartAsync();
        api.Has(ApiHost.Waiting());
        api.Log.Setup(log => log.WriteAsync(It.IsAny<AuditEntry>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(api, $"notifications/p-1/{command}", "")).Status);
        Assert.Empty(api.Sent);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("send-now")]
    public async Task Command_Accepted_HasAnEntryBeforeItsEffect(string command)
    {
        await using var api = await ApiHost.StartAsync();
        api.Has(ApiHost.Waiting());
        var before = new List<AuditEntry>();
        api.Sender.Setup(sender => sender.SendAsync(It.IsAny<string>(), It.IsAny<DeliveryCommand>(), It.IsAny<CancellationToken>()))
            .Callback(() => before.AddRange(api.Audited))
            .Returns(Task.CompletedTask);

        await PostAsync(api, $"notifications/p-1/{command}", """{"actor":"ann","reason":"why"}""");

        Assert.Equal((command, "ann", "why", "p-1", "np-p-1", AuditEntry.Begun), Told(Assert.Single(before)));
        Assert.Equal(AuditEntry.Accepted, api.Audited[^1].Outcome);
        Assert.Equal(before[0].Id, api.Audited[^1].Id);
    }

    [Theory]
    [InlineData("""{"actor":"a","reason":"r"}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":["p"],"filter":{}}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":[]}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":[1]}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":["p"]}""", null, "Idempotency-Key")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"state":"1"}}""", "k", "filter.state")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"state":"Open' or '1' eq '1"}}""", "k", "filter.state")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"from":"yesterday"}}""", "k", "filter.from")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}}""", "k", "filter.from")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"from":"2020-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}}""", "k", "filter.from")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"other":"x"}}""", "k", "filter")]
    public async Task Redeliveries_BrokenRules_Is400ByField(string body, string? key, string field)
    {
        await using var api = await StartAsync();

        var (status, answer) = await PostAsync(api, "redeliveries", body, key);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, JsonDocument.Parse(answer).RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Redeliveries_MoreThanThousand_Is400()
    {
        await using var api = await StartAsync();

        var ids = string.Join(',', Enumerable.Range(0, 1001).Select(number => $"\"p{number}\""));

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(api, "redeliveries", $$"""{"actor":"a","reason":"r","paymentIds":[{{ids}}]}""", "k")).Status);
    }

    [Fact]
    public async Task Redeliveries_DryRunThenRun_AnswersVerdicts()
    {
        await using var api = await StartAsync();

        var dry = await PostAsync(api, "redeliveries", """{"actor":"a","reason":"r","paymentIds":["p-1","other","p-1"],"dryRun":true}""");
        var run = await PostAsync(api, "redeliveries", """{"actor":"a","reason":"r","paymentIds":["p-1"]}""", "k");
        var again = await PostAsync(api, "redeliveries", """{"actor":"a","reason":"r","paymentIds":["p-1"]}""", "k");

        Assert.Equal((HttpStatusCode.OK, """{"dryRun":true,"matched":2,"results":[{"paymentId":"p-1","verdict":"WouldRedeliver"},{"paymentId":"other","verdict":"Unknown"}],"isMore":false}"""), dry);
        Assert.Equal((HttpStatusCode.OK, """{"dryRun":false,"matched":1,"results":[{"paymentId":"p-1","verdict":"Redelivered","deliveryId":"np-p-1~2"}],"isMore":false}"""), run);
        Assert.Equal((HttpStatusCode.OK, """{"dryRun":false,"matched":1,"results":[{"paymentId":"p-1","verdict":"AlreadyRedelivered","deliveryId":"np-p-1~2"}],"isMore":false}"""), again);
    }

    [Fact]
    public async Task EntraMode_ThePlatformsUserIsTheActorAndNoOtherMayBeNamed()
    {
        await using var api = await StartAsync(services => services.AddSingleton(new OperatorAccess(AuthenticationMode.Entra)));
        var principal = Convert.ToBase64String("""{"claims":[{"typ":"name","val":"ann"},{"typ":"roles","val":"Operator"}]}"""u8);

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(api, "notifications/p-1/redeliver", """{"actor":"ann","reason":"r"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(api, "notifications/p-1/redeliver", """{"actor":"bob","reason":"r"}""", principal: principal)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(api, "notifications/p-1/repair", """{"actor":"bob"}""", principal: principal)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(api, "notifications/p-1/redeliver", """{"reason":"r"}""", principal: principal)).Status);

        Assert.Equal("ann", Assert.Single(_host.Claim!.History).Actor);
    }

    [Theory]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=201")]
    [InlineData("from=x")]
    [InlineData("continuationToken=%3F")]
    [InlineData("continuationToken=____")]
    [InlineData("other=1")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")]
    public async Task Audit_BrokenRules_Is400(string query)
    {
        await using var api = await StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.GetAsync(new Uri($"/api/audit?{query}", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Audit_AfterARedelivery_ListsItsEntry()
    {
        await using var api = await StartAsync();
        await PostAsync(api, "notifications/p-1/redeliver", """{"actor":"ann","reason":"why"}""");

        var page = await api.Client.GetFromJsonAsync<JsonElement>(new Uri("/api/audit?paymentId=p-1", UriKind.Relative));

        var entry = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(("redeliver", "ann", "accepted"), (entry.GetProperty("action").GetString(), entry.GetProperty("actor").GetString(), entry.GetProperty("outcome").GetString()));
    }

    private static (string, string?, string?, string?, string?, string) Told(AuditEntry entry) => (entry.Action, entry.Actor, entry.Reason, entry.PaymentId, entry.DeliveryId, entry.Outcome);

    private Task<ApiHost> StartAsync(Action<IServiceCollection>? more = null) => ApiHost.StartAsync(_host.Repair, services =>
    {
        more?.Invoke(services);
        services.AddSingleton<IAuditLog>(_host);
        services.AddSingleton(_host.Redelivery);
    });

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(ApiHost api, string path, string body, string? key = null, string? principal = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{path}") { Content = new StringContent(body) };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation(IdempotencyKey.Header, key);
        }

        if (principal is not null)
        {
            request.Headers.Add(OperatorAccess.PrincipalHeader, principal);
        }

        using var answer = await api.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
