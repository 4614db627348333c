using System.Net;
using System.Text;
using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>The read side of the API. Every answer is also held to openapi.json: see <see cref="NotifyApi"/>.</summary>
[Trait("Category", "any-host")]
public sealed class ListScenarios
{
    [Fact]
    public async Task List_RejectedPayments_AreFoundByEachFilterAndPageByPage()
    {
        var host = await Suite.HostAsync();
        var request = Payment.NewId("order");
        var code = $"CODE_{request.Replace('-', '_').ToUpperInvariant()}";
        var payments = Enumerable.Range(0, 5).Select(_ => WithRequest("list", request)).ToList();
        foreach (var payment in payments)
        {
            (await host.DeliverAsync(payment, ScriptStep.Failure(code))).Is("Rejected", sends: 1);
        }

        foreach (var filter in new[] { $"resultCode={code}", $"state=Rejected,Exhausted&resultCode={code}", $"paymentRequestId={request}", $"paymentRequestId={request}&state=Rejected" })
        {
            Assert.Equal(payments.Select(payment => payment.Id).Reverse(), (await PagesAsync(host, filter)).Select(item => item.GetProperty("paymentId").GetString()));
        }

        var item = (await PagesAsync(host, $"resultCode={code}"))[0];
        Assert.Equal(("Rejected", 1, "Rejected", code, request), (
            item.GetProperty("state").GetString(),
            item.GetProperty("attemptCount").GetInt32(),
            item.GetProperty("lastKind").GetString(),
            item.GetProperty("lastResultCode").GetString(),
            item.GetProperty("paymentRequestId").GetString()));
        Assert.Empty(await PagesAsync(host, $"resultCode={code}&state=Open"));
        Assert.Empty(await PagesAsync(host, $"resultCode={code}&to=2020-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task List_PaymentThatWaits_ShowsWhenItIsDueAndIsGoneFromOpenWhenItEnded()
    {
        var host = await Suite.HostAsync();
        var request = Payment.NewId("order");
        var payment = WithRequest("list-open", request);
        await host.ScriptAsync(payment, [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success]);
        await host.EnqueueAsync(payment);
        await host.Api.WaitForAttemptAsync(payment.Id, 4, HostUnderTest.Patience);

        var open = await Eventually.IsAsync(() => PagesAsync(host, $"paymentRequestId={request}&state=Open"), items => items is [var one] && one.GetProperty("attemptCount").GetInt32() == 3, HostUnderTest.Patience, "the row of attempt 3");
        Assert.True(open[0].TryGetProperty("nextDueAt", out _));
        Assert.Equal("Unknown", open[0].GetProperty("lastKind").GetString());

        await host.Api.CommandAsync(payment.Id, "send-now");
        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 4);
        Assert.Empty(await PagesAsync(host, $"paymentRequestId={request}&state=Open"));
        Assert.Single(await PagesAsync(host, $"paymentRequestId={request}&state=Delivered"));
    }

    [Theory]
    [InlineData("state=Lost", "state")]
    [InlineData("state=Open%27%20or%20%271%27%20eq%20%271", "state")]
    [InlineData("pageSize=201", "pageSize")]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from")]
    [InlineData("continuationToken=bm9uc2Vuc2U", "continuationToken")]
    [InlineData("continuationToken=%27%20or%20true", "continuationToken")]
    [InlineData("filter=1", "query")]
    public async Task List_BrokenRule_Is400AndNamesTheField(string query, string field)
    {
        var host = await Suite.HostAsync();
        var (status, answer) = await host.Api.ReadJsonAsync($"notifications?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(answer.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Theory]
    [InlineData("resultCode")]
    [InlineData("paymentRequestId")]
    public async Task List_FilterThatWouldBreakOut_FindsNothing(string parameter)
    {
        var host = await Suite.HostAsync();
        (await host.DeliverAsync(WithRequest("list-injection", Payment.NewId("order")), ScriptStep.Failure("PROCESS_FAIL"))).Is("Rejected", sends: 1);
        foreach (var text in new[] { "' or PartitionKey ne '", "x' or '1' eq '1", "' OR 1=1 --", "<script>alert(1)</script>", "%" })
        {
            Assert.Empty(await PagesAsync(host, $"{parameter}={Uri.EscapeDataString(text)}"));
        }
    }

    [Fact]
    public async Task List_ResultWithMarkup_IsText()
    {
        var host = await Suite.HostAsync();
        const string Code = "<img src=x onerror=alert(1)>";
        var payment = WithRequest("list-markup", Payment.NewId("order"));
        await host.DeliverAsync(payment, ScriptStep.Failure(Code));

        var items = await PagesAsync(host, $"resultCode={Uri.EscapeDataString(Code)}");

        Assert.Contains(items, item => item.GetProperty("paymentId").GetString() == payment.Id && item.GetProperty("lastResultCode").GetString() == Code);
    }

    [Fact]
    public async Task Summary_Always_Answers()
    {
        var host = await Suite.HostAsync();
        using var summary = JsonDocument.Parse(await host.Api.ReadAsync("api/summary"));
        Assert.Equal(["notifications", "outcomes", "poison"], summary.RootElement.GetProperty("queues").EnumerateArray().Select(queue => queue.GetProperty("queue").GetString()));
    }

    [Fact]
    public async Task Ready_HostThatWorks_IsReady()
    {
        var host = await Suite.HostAsync();
        using var ready = JsonDocument.Parse(await host.Api.ReadAsync("api/health/ready"));
        Assert.Equal("ok", ready.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task OpenApi_OfTheHost_IsTheOneThatAnswersAreHeldTo()
    {
        var host = await Suite.HostAsync();
        using var document = JsonDocument.Parse(await host.Api.ReadAsync("api/openapi.json"));
        Assert.Equal(ApiContract.Current.Calls, new ApiContract(Encoding.UTF8.GetBytes(document.RootElement.GetRawText())).Calls);
    }

    [Fact]
    public async Task Page_OfTheHost_IsHtml()
    {
        var host = await Suite.HostAsync();
        Assert.Equal((HttpStatusCode.OK, "text/html"), await host.Api.GetAsync("api/ui"));
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), await host.Api.GetAsync("api/ui/nothing.js"));
    }

    private static Payment WithRequest(string scenario, string request)
    {
        var id = Payment.NewId(scenario);
        return new(id, Encoding.UTF8.GetBytes($$"""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"ok"},"paymentId":"{{id}}","paymentRequestId":"{{request}}","paymentTime":"2020-01-01T12:01:01+08:30"}"""));
    }

    // Two at a time, so that every list has several pages.
    private static async Task<IReadOnlyList<JsonElement>> PagesAsync(HostUnderTest host, string filter)
    {
        var items = new List<JsonElement>();
        string? token = null;
        do
        {
            var (status, page) = await host.Api.ReadJsonAsync($"notifications?{filter}&pageSize=2{(token is null ? string.Empty : $"&continuationToken={token}")}");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.True(page.GetProperty("items").GetArrayLength() <= 2);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        return items;
    }
}
