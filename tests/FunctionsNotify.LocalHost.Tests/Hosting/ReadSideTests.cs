using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>The read side of the API on a whole local host, every answer held to the OpenAPI document.</summary>
[Collection(SharedAzurite.Name)]
public sealed class ReadSideTests(AzuriteFixture azurite) : IAsyncLifetime, IDisposable
{
    private const int Rows = 10_000;

    private LocalHostUnderTest _host = null!;
    private LocalHostApp _app = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _host = new LocalHostUnderTest(azurite.ConnectionString);
        _app = await _host.StartAsync();
        _http = new HttpClient(new ContractHandler(new SocketsHttpHandler { UseProxy = false })) { BaseAddress = _app.ApiAddress };
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _host.Dispose();
    }

    private Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(path);

    private static DeliveryIndexRow Row(int number, DateTimeOffset newest) => new()
    {
        DeliveryId = $"np-{number:D5}",
        PaymentId = $"{number:D5}",
        // Ten of each time.
        AcceptedAt = newest.AddSeconds(-(number / 10)),
        State = number % 2 == 0 ? DeliveryState.Rejected : DeliveryState.Exhausted,
        AttemptCount = 1,
        LastKind = AttemptKind.Rejected,
        LastResultCode = "PROCESS_FAIL",
        Sequence = 1,
    };

    [Fact]
    public async Task List_TenThousandRows_GivesEachOnceNewestFirst()
    {
        var newest = DateTimeOffset.UtcNow.AddMinutes(-1);
        var writer = _app.Services.GetRequiredService<StateWriter>();
        await Task.WhenAll(Enumerable.Range(0, Rows).Select(number => writer.Enqueue(new IndexChange(Row(number, newest))).Committed));

        var (ids, last) = (new HashSet<string>(), DateTimeOffset.MaxValue);
        string? token = null;
        var pages = 0;
        do
        {
            var page = await GetAsync($"api/notifications?pageSize=200{(token is null ? string.Empty : $"&continuationToken={token}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                Assert.True(ids.Add(item.GetProperty("deliveryId").GetString()!), $"{item} came twice");
                var acceptedAt = item.GetProperty("acceptedAt").GetDateTimeOffset();
                Assert.True(acceptedAt <= last, $"{item} is newer than the one before it");
                last = acceptedAt;
            }

            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
            pages++;
        }
        while (token is not null);

        Assert.Equal((Rows, Rows / 200), (ids.Count, pages));
        var rejected = await GetAsync("api/notifications?state=Rejected&pageSize=200&resultCode=PROCESS_FAIL");
        Assert.All(rejected.GetProperty("items").EnumerateArray(), item => Assert.Equal("Rejected", item.GetProperty("state").GetString()));
        Assert.Equal(Rows / 2, (await GetAsync("api/summary")).GetProperty("deliveries").GetProperty("rejected").GetInt32());
    }

    [Fact]
    public async Task Ready_HostThatWorks_NamesEveryCheck()
    {
        var json = await GetAsync("api/health/ready");

        Assert.Equal("ok", json.GetProperty("status").GetString());
        Assert.Equal(
            ["configuration", "signing-key", "state-file", "storage-blobs", "storage-queues"],
            json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task Ready_QueueGone_Is503AndSaysWhichCheckFails()
    {
        await _host.Outcomes.DeleteAsync();

        using var response = await _http.GetAsync(new Uri("api/health/ready", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var failing = Assert.Single(
            (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks").EnumerateArray(),
            check => check.GetProperty("status").GetString() == "failing");
        Assert.Equal("storage-queues", failing.GetProperty("name").GetString());
        Assert.DoesNotContain(_host.Outcomes.Name, failing.ToString(), StringComparison.Ordinal);
    }
}
