using System.Text.Json;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class ListApiTests : IAsyncLifetime
{
    private readonly OperatorWorld _world = new();
    private Served _api = null!;

    public async Task InitializeAsync() => _api = await _world.ServeAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task List_NoParameters_GivesTheLastSevenDays()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Rejected)).Has(OperatorWorld.ClaimIn(paymentId: "old") with { AcceptedAt = OperatorWorld.Now.AddDays(-8) });

        var page = await GetAsync("notifications");

        var item = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal((OperatorWorld.First, "p-1", "r-1", "Rejected"), (
            item.GetProperty("deliveryId").GetString(), item.GetProperty("paymentId").GetString(), item.GetProperty("paymentRequestId").GetString(), item.GetProperty("state").GetString()));
        Assert.False(item.TryGetProperty("nextDueAt", out _));
        Assert.False(page.TryGetProperty("continuationToken", out _));
    }

    [Theory]
    [InlineData("state=rejected,Exhausted", 2)]
    [InlineData("state=Open", 0)]
    [InlineData("paymentRequestId=r-1&State=Rejected", 1)]
    [InlineData("paymentRequestId=x'%20or%20true", 0)]
    [InlineData("resultCode=a'%20or%20true", 0)]
    [InlineData("from=2026-03-01T00:00:00%2B01:00&to=2026-03-02T00:00:00Z&pageSize=200&code=key", 2)]
    [InlineData("to=2026-03-01T00:00:00Z", 0)]
    public async Task List_Filters_AreValuesAndNarrowIt(string query, int expected)
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Rejected)).Has(OperatorWorld.ClaimIn(paymentId: "p-2"));

        Assert.Equal(expected, (await GetAsync($"notifications?{query}")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task List_NextPage_GoesOnUnderTheSameRangeThoughTimePasses()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Rejected) with { AcceptedAt = OperatorWorld.Now.AddDays(-6.9) }).Has(OperatorWorld.ClaimIn(DeliveryState.Rejected, paymentId: "p-2"));
        var first = await GetAsync("notifications?state=Rejected&pageSize=1");
        _world.Time.Set(TimeSpan.FromHours(12));

        var second = await GetAsync($"notifications?state=Rejected&pageSize=7&continuationToken={Token(first)}");

        Assert.Equal("p-2", Assert.Single(first.GetProperty("items").EnumerateArray()).GetProperty("paymentId").GetString());
        Assert.Equal("p-1", Assert.Single(second.GetProperty("items").EnumerateArray()).GetProperty("paymentId").GetString());
    }

    [Fact]
    public async Task States_OfManyPayments_AreTheClaimsInTheOrderAskedForWithoutTheUnknown()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Delivered, OperatorWorld.Body("a,b", "S"), "a,b")).Has(OperatorWorld.ClaimIn(DeliveryState.Open));

        var items = (await GetAsync("states?paymentId=p-1&paymentId=nobody&paymentId=a,b&paymentId=p-1")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(
            [("p-1", "Open", "F", "RISK_REJECT", false), ("a,b", "Delivered", "S", "SUCCESS", true)],
            items.Select(item => (Text(item, "paymentId"), Text(item, "state"), Text(item, "resultStatus"), Text(item, "resultCode"), item.TryGetProperty("endedAt", out _))));

        static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("", "paymentId")]
    [InlineData("?paymentId=", "paymentId")]
    [InlineData("?paymentId=p-1&state=Open", "query")]
    public async Task States_BrokenRule_Is400AndNamesTheField(string query, string field) =>
        Assert.Equal([field], PaymentApiTests.Fields((await _api.GetAsync($"states{query}")).Text));

    [Fact]
    public async Task States_OneTooMany_AreRefused() =>
        Assert.Equal(400, (await _api.GetAsync($"states?{string.Join('&', Enumerable.Range(0, StateFunctions.MaxPayments + 1).Select(number => $"paymentId={number}"))}")).Status);

    [Theory]
    [InlineData("state=Rejected")]
    [InlineData("resultCode=X")]
    [InlineData("paymentRequestId=X")]
    [InlineData("from=2026-02-27T00:00:00Z")]
    [InlineData("to=2026-03-01T12:00:00Z")]
    public async Task List_TokenOfOtherFilters_Is400(string other)
    {
        _world.Has(OperatorWorld.ClaimIn()).Has(OperatorWorld.ClaimIn(paymentId: "p-2"));
        var token = Token(await GetAsync("notifications?pageSize=1"));

        var (status, text) = await _api.GetAsync($"notifications?{other}&continuationToken={token}");

        Assert.Equal((400, "continuationToken"), (status, Assert.Single(PaymentApiTests.Fields(text))));
    }

    [Theory]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=201", "pageSize")]
    [InlineData("pageSize=-1", "pageSize")]
    [InlineData("pageSize=1e1", "pageSize")]
    [InlineData("pageSize=99999999999999999999", "pageSize")]
    [InlineData("pageSize=1&pageSize=2", "pageSize")]
    [InlineData("state=Closed", "state")]
    [InlineData("state=1", "state")]
    [InlineData("state=Open,", "state")]
    [InlineData("state=Open'%20or%20'1'%20eq%20'1", "state")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-02-30T00:00:00Z", "to")]
    [InlineData("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [InlineData("from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [InlineData("from=2024-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [InlineData("from=2024-03-01T00:00:00Z", "from")]
    [InlineData("resultCode=a%00b", "resultCode")]
    [InlineData("paymentRequestId=a%0Ab", "paymentRequestId")]
    [InlineData("continuationToken=nonsense", "continuationToken")]
    [InlineData("continuationToken=%2B%2F%3D", "continuationToken")]
    [InlineData("continuationToken=WyJhIiwiYiJd", "continuationToken")]
    [InlineData("continuationToken=bnVsbA", "continuationToken")]
    [InlineData("orderBy=1", "query")]
    public async Task List_BrokenRule_Is400AndNamesTheField(string query, string field)
    {
        var (status, text) = await _api.GetAsync($"notifications?{query}");

        Assert.Equal(400, status);
        Assert.Contains(field, PaymentApiTests.Fields(text));
        Assert.DoesNotContain("orderBy", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_SeveralBrokenRules_NamesAllOfThem()
    {
        var (_, text) = await _api.GetAsync($"notifications?pageSize=0&state=x&from=x&other=1&resultCode={new string('x', 257)}");

        Assert.Equal(["from", "pageSize", "query", "resultCode", "state"], PaymentApiTests.Fields(text));
    }

    [Fact]
    public async Task List_RowThatCannotBeRead_AnswersWithTheOthers()
    {
        _world.Has(OperatorWorld.ClaimIn());
        var row = IndexRow.Of(DeliveryIndexRow.Starting(OperatorWorld.ClaimIn(paymentId: "p-2"), OperatorWorld.Now));
        row.Remove("PaymentId");
        await _world.Table.AddEntityAsync(row);

        Assert.Equal(1, (await GetAsync("notifications")).GetProperty("items").GetArrayLength());
        Assert.Contains(_world.Logged, line => line.Contains("row", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("audit", "pageSize=0", "pageSize")]
    [InlineData("audit", "from=x", "from")]
    [InlineData("audit", "continuationToken=____", "continuationToken")]
    [InlineData("audit", "continuationToken=YQ", "continuationToken")]
    [InlineData("audit", "other=1", "query")]
    [InlineData("quarantine", "state=Lost", "state")]
    [InlineData("quarantine", "state=Invalid,Conflict", "state")]
    [InlineData("quarantine", "status=1", "status")]
    [InlineData("quarantine", "pageSize=201", "pageSize")]
    [InlineData("quarantine", "continuationToken=YQ", "continuationToken")]
    public async Task OtherLists_BrokenRule_Is400AndNamesTheField(string list, string query, string field)
    {
        var (status, text) = await _api.GetAsync($"{list}?{query}");

        Assert.Equal((400, field), (status, Assert.Single(PaymentApiTests.Fields(text))));
    }

    [Fact]
    public async Task Audit_AfterARedelivery_ListsItsEntry()
    {
        _world.Has(OperatorWorld.ClaimIn());
        await _api.PostAsync("notifications/p-1/redeliver", """{"actor":"ann","reason":"why"}""");

        var entry = Assert.Single((await GetAsync("audit?paymentId=p-1")).GetProperty("items").EnumerateArray());

        Assert.Equal(("redeliver", "ann", "accepted"), (entry.GetProperty("action").GetString(), entry.GetProperty("actor").GetString(), entry.GetProperty("outcome").GetString()));
        Assert.Empty((await GetAsync("audit?paymentId=other")).GetProperty("items").EnumerateArray());
    }

    private static string Token(JsonElement page) => page.GetProperty("continuationToken").GetString()!;

    private async Task<JsonElement> GetAsync(string path)
    {
        var (status, text) = await _api.GetAsync(path);
        Assert.True(status == 200, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
