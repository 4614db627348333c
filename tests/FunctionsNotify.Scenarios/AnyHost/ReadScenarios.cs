using System.Net;
using System.Text;
using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>The read side of the API. Every answer is also held to openapi.json: see <see cref="NotifyApi"/>.</summary>
public sealed class ReadScenarios : SharedHostScenarios
{
    [Fact]
    public async Task Health_Always_ReportsTheScheduleAndConstants()
    {
        var (status, name, policy) = await Host.Api.HealthAsync();
        Assert.Equal(("ok", "functions"), (status, name));
        Assert.Empty(Host.Policy.DifferencesTo(policy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%2F..%2Fhealth")]
    public async Task Get_UnknownPayment_Is404(string suffix) => Assert.Equal(
        (HttpStatusCode.NotFound, "application/problem+json"), await Host.Api.GetAsync($"notifications/{Payment.NewId("unknown-payment")}{suffix}"));

    // The platform's proxy escapes the id once more on its way to the app.
    [Fact]
    public async Task Get_IdWithASlash_IsThatPayment()
    {
        var payment = Payment.Succeeded("with/slash");

        await Host.EnqueueAsync(payment);

        await Host.Api.WaitAsync(payment.Id, answer => answer.PaymentId == payment.Id, HostUnderTest.Patience, "to be found");
    }

    [Fact]
    public async Task Summary_Always_Answers()
    {
        var (_, summary) = await Host.Api.ReadJsonAsync("summary");
        Assert.Equal(["notifications", "outcomes", "poison"], summary.GetProperty("queues").EnumerateArray().Select(queue => queue.GetProperty("queue").GetString()));
    }

    [Fact]
    public async Task Ready_HostThatWorks_IsReady() =>
        Assert.Equal("ok", (await Host.Api.ReadJsonAsync("health/ready")).Answer.GetProperty("status").GetString());

    [Fact]
    public async Task OpenApi_OfTheHost_IsTheOneThatAnswersAreHeldTo() =>
        Assert.Equal(ApiContract.Current.Calls, new ApiContract(Encoding.UTF8.GetBytes(await Host.Api.ReadAsync("openapi.json"))).Calls);

    [Fact]
    public async Task Page_OfTheHost_IsHtml()
    {
        Assert.Equal((HttpStatusCode.OK, "text/html"), await Host.Api.GetAsync("ui"));
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), await Host.Api.GetAsync("ui/nothing.js"));
    }

    [Fact]
    public async Task List_RejectedPayments_AreFoundByEachFilterAndPageByPage()
    {
        var request = Payment.NewId("order");
        var code = $"CODE_{request.Replace('-', '_').ToUpperInvariant()}";
        var payments = Enumerable.Range(0, 5).Select(_ => Payment.Succeeded("list", request)).ToList();
        foreach (var payment in payments)
        {
            (await Host.DeliverAsync(payment, ScriptStep.Failure(code))).Is("Rejected", sends: 1);
        }

        foreach (var filter in new[] { $"resultCode={code}", $"state=Rejected,Exhausted&resultCode={code}", $"paymentRequestId={request}", $"paymentRequestId={request}&state=Rejected" })
        {
            Assert.Equal(payments.Select(payment => payment.Id).Reverse(), (await PagesAsync(filter)).Select(item => item.GetProperty("paymentId").GetString()));
        }

        var item = (await PagesAsync($"resultCode={code}"))[0];
        Assert.Equal(("Rejected", 1, "Rejected", code, request), (
            item.GetProperty("state").GetString(),
            item.GetProperty("attemptCount").GetInt32(),
            item.GetProperty("lastKind").GetString(),
            item.GetProperty("lastResultCode").GetString(),
            item.GetProperty("paymentRequestId").GetString()));
        Assert.Empty(await PagesAsync($"resultCode={code}&state=Open"));
        Assert.Empty(await PagesAsync($"resultCode={code}&to=2020-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task List_PaymentThatWaits_ShowsWhenItIsDueAndIsGoneFromOpenWhenItEnded()
    {
        var request = Payment.NewId("order");
        var payment = Payment.Succeeded("list-open", request);
        await Host.ScriptAsync(payment, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        await Host.EnqueueAsync(payment);
        await Host.Api.WaitForAttemptAsync(payment, 4);

        var open = await Eventually.IsAsync(
            () => PagesAsync($"paymentRequestId={request}&state=Open"), items => items is [var one] && one.GetProperty("attemptCount").GetInt32() == 3, HostUnderTest.Patience, "the row of attempt 3");
        Assert.True(open[0].TryGetProperty("nextDueAt", out _));
        Assert.Equal("Unknown", open[0].GetProperty("lastKind").GetString());

        await Host.Api.CommandAsync(payment.Id, "send-now");
        (await Host.EndAsync(payment)).Is("Delivered", sends: 4);
        Assert.Empty(await PagesAsync($"paymentRequestId={request}&state=Open"));
        Assert.Single(await PagesAsync($"paymentRequestId={request}&state=Delivered"));
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
        var (status, answer) = await Host.Api.ReadJsonAsync($"notifications?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(answer.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Theory]
    [InlineData("resultCode")]
    [InlineData("paymentRequestId")]
    public async Task List_FilterThatWouldBreakOut_FindsNothing(string parameter)
    {
        (await Host.DeliverAsync(Payment.Succeeded("list-injection"), ScriptStep.Failure("PROCESS_FAIL"))).Is("Rejected", sends: 1);
        foreach (var text in new[] { "' or PartitionKey ne '", "x' or '1' eq '1", "' OR 1=1 --", "<script>alert(1)</script>", "%" })
        {
            Assert.Empty(await PagesAsync($"{parameter}={Uri.EscapeDataString(text)}"));
        }
    }

    [Fact]
    public async Task List_ResultWithMarkup_IsText()
    {
        const string Code = "<img src=x onerror=alert(1)>";
        var payment = Payment.Succeeded("list-markup");
        await Host.DeliverAsync(payment, ScriptStep.Failure(Code));

        var items = await PagesAsync($"resultCode={Uri.EscapeDataString(Code)}");

        Assert.Contains(items, item => item.GetProperty("paymentId").GetString() == payment.Id && item.GetProperty("lastResultCode").GetString() == Code);
    }

    // Two at a time, so that every list has several pages.
    private async Task<IReadOnlyList<JsonElement>> PagesAsync(string filter)
    {
        var items = new List<JsonElement>();
        string? token = null;
        do
        {
            var (status, page) = await Host.Api.ReadJsonAsync($"notifications?{filter}&pageSize=2{(token is null ? string.Empty : $"&continuationToken={token}")}");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.True(page.GetProperty("items").GetArrayLength() <= 2);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        return items;
    }
}
