using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class NotificationListTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly Mock<IDeliveryListing> _listing = new();
    private readonly List<(DeliveryListFilter Filter, int Max, string? Continuation)> _asked = [];
    private DeliveryListPage _page = new([], null);
    private ApiHost _host = null!;

    public async Task InitializeAsync()
    {
        _listing
            .Setup(listing => listing.ListAsync(It.IsAny<DeliveryListFilter>(), It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .Callback((DeliveryListFilter filter, int max, string? continuation, CancellationToken _) => _asked.Add((filter, max, continuation)))
            .ReturnsAsync(() => _page);
        _host = await ApiHost.StartAsync(more: services => services.AddSingleton<TimeProvider>(_time).AddSingleton(_listing.Object));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private static DeliveryIndexRow Row(DeliveryState state = DeliveryState.Rejected) => new()
    {
        DeliveryId = "np-p-1",
        PaymentId = "p-1",
        PaymentRequestId = "r-1",
        AcceptedAt = Now.AddHours(-1),
        State = state,
        AttemptCount = 3,
        LastKind = AttemptKind.Rejected,
        LastResultCode = "<b>'",
        Sequence = 7,
    };

    private async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(string query = "")
    {
        using var response = await _host.Client.GetAsync(new Uri($"/api/notifications{query}", UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    [Fact]
    public async Task List_NoParameters_AsksForTheLastSevenDaysAndFifty()
    {
        _page = new DeliveryListPage([Row()], null);

        var (_, json) = await GetAsync();

        var item = Assert.Single(json.GetProperty("items").EnumerateArray());
        Assert.Equal(("np-p-1", "p-1", "r-1", "Rejected", 3, "Rejected", "<b>'"), (
            item.GetProperty("deliveryId").GetString(),
            item.GetProperty("paymentId").GetString(),
            item.GetProperty("paymentRequestId").GetString(),
            item.GetProperty("state").GetString(),
            item.GetProperty("attemptCount").GetInt32(),
            item.GetProperty("lastKind").GetString(),
            item.GetProperty("lastResultCode").GetString()));
        Assert.False(item.TryGetProperty("nextDueAt", out _));
        Assert.False(json.TryGetProperty("continuationToken", out _));
        var (filter, max, continuation) = Assert.Single(_asked);
        Assert.Equal((50, null, TimeSpan.FromDays(7)), (max, continuation, filter.To - filter.From));
        Assert.InRange(filter.To, Now, Now.AddMinutes(5));
        Assert.Empty(filter.States);
    }

    [Fact]
    public async Task List_EveryFilter_IsPassedOnAsAValue()
    {
        await GetAsync("?state=rejected,Exhausted&resultCode=a'%20or%20true&paymentRequestId=%3Cscript%3E&from=2026-03-01T00:00:00%2B01:00&to=2026-03-02T00:00:00Z&pageSize=200&code=key");

        var (filter, max, _) = Assert.Single(_asked);
        Assert.Equal([DeliveryState.Rejected, DeliveryState.Exhausted], filter.States);
        Assert.Equal(("a' or true", "<script>", 200), (filter.ResultCode, filter.PaymentRequestId, max));
        Assert.Equal((new DateTimeOffset(2026, 2, 28, 23, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)), (filter.From, filter.To));
    }

    [Fact]
    public async Task List_NextPage_GoesOnUnderTheSameRangeThoughTimePasses()
    {
        _page = new DeliveryListPage([Row()], "639/np-p-1/");
        var (_, first) = await GetAsync("?state=Rejected");
        _time.Advance(TimeSpan.FromHours(3));

        var (status, _) = await GetAsync($"?state=Rejected&pageSize=7&continuationToken={first.GetProperty("continuationToken").GetString()}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((7, "639/np-p-1/"), (_asked[1].Max, _asked[1].Continuation));
        Assert.Equal((_asked[0].Filter.From, _asked[0].Filter.To), (_asked[1].Filter.From, _asked[1].Filter.To));
    }

    [Theory]
    [InlineData("?state=Rejected")]
    [InlineData("?state=Open")]
    [InlineData("?resultCode=X")]
    [InlineData("?paymentRequestId=X")]
    [InlineData("?from=2026-03-01T00:00:00Z")]
    [InlineData("?to=2026-03-04T00:00:00Z")]
    public async Task List_TokenOfOtherFilters_Is400(string other)
    {
        _page = new DeliveryListPage([], "639/np-p-1/");
        var (_, first) = await GetAsync();

        var (status, json) = await GetAsync($"{other}&continuationToken={first.GetProperty("continuationToken").GetString()}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(json.GetProperty("errors").TryGetProperty("continuationToken", out _));
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData("?pageSize=0", "pageSize")]
    [InlineData("?pageSize=201", "pageSize")]
    [InlineData("?pageSize=-1", "pageSize")]
    [InlineData("?pageSize=1e1", "pageSize")]
    [InlineData("?pageSize=99999999999999999999", "pageSize")]
    [InlineData("?pageSize=1&pageSize=2", "pageSize")]
    [InlineData("?state=Closed", "state")]
    [InlineData("?state=1", "state")]
    [InlineData("?state=Open,", "state")]
    [InlineData("?state=Open'%20or%20'1'%20eq%20'1", "state")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?to=2026-02-30T00:00:00Z", "to")]
    [InlineData("?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [InlineData("?from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [InlineData("?from=2024-03-01T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    [InlineData("?from=2024-03-01T00:00:00Z", "from")]
    [InlineData("?resultCode=a%00b", "resultCode")]
    [InlineData("?paymentRequestId=a%0Ab", "paymentRequestId")]
    [InlineData("?continuationToken=nonsense", "continuationToken")]
    [InlineData("?continuationToken=%2B%2F%3D", "continuationToken")]
    [InlineData("?continuationToken=WyJhIiwiYiJd", "continuationToken")]
    [InlineData("?continuationToken=bnVsbA", "continuationToken")]
    [InlineData("?orderBy=1", "query")]
    public async Task List_BrokenRule_Is400AndNamesTheField(string query, string field)
    {
        var (status, json) = await GetAsync(query);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(json.GetProperty("errors").TryGetProperty(field, out _), json.ToString());
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task List_SeveralBrokenRules_NamesAllOfThem()
    {
        var (_, json) = await GetAsync($"?pageSize=0&state=x&from=x&resultCode={new string('x', 257)}");

        Assert.Equal(["from", "pageSize", "resultCode", "state"], json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task List_ContinuationThatTheStoreRefuses_Is400()
    {
        _page = new DeliveryListPage([], "639/np-p-1/");
        var (_, first) = await GetAsync();
        _listing
            .Setup(listing => listing.ListAsync(It.IsAny<DeliveryListFilter>(), It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new ArgumentException("none", "continuation"));

        var (status, json) = await GetAsync($"?continuationToken={first.GetProperty("continuationToken").GetString()}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(json.GetProperty("errors").TryGetProperty("continuationToken", out _));
    }

    [Fact]
    public async Task List_RowThatCannotBeRead_AnswersWithTheOthers()
    {
        _page = new DeliveryListPage([Row()], null) { Unreadable = ["row d / 1: property State is missing"] };

        var (status, json) = await GetAsync();

        Assert.Equal((HttpStatusCode.OK, 1), (status, json.GetProperty("items").GetArrayLength()));
    }
}
