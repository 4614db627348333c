using System.Net.Http.Json;
using System.Text.Json;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class NotificationViewTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private static Delivery Rejected(int generation) => Delivery.Begin(
        new DeliveryInput
        {
            DeliveryId = DeliveryIds.ForDelivery("p-1", generation),
            PaymentId = "p-1",
            Body = "{}"u8.ToArray(),
            AcceptedAt = DateTimeOffset.UnixEpoch,
            Policy = new DeliveryPolicy(),
        },
        DateTimeOffset.UnixEpoch).Apply(
            new AttemptResult { Kind = AttemptKind.Rejected, StartedAt = DateTimeOffset.UnixEpoch, Duration = TimeSpan.Zero, ResultCode = "PROCESS_FAIL" },
            DateTimeOffset.UnixEpoch.AddSeconds(generation));

    private void Has(int generations, params int[] known)
    {
        _host.Claims.Setup(claims => claims.GetAsync("p-1", It.IsAny<CancellationToken>())).ReturnsAsync(new Claim
        {
            PaymentId = "p-1",
            DeliveryId = DeliveryIds.ForDelivery("p-1", generations),
            Generation = generations,
            Body = "{}"u8.ToArray(),
            BodyHashes = ["hash"],
            FirstMessageId = "m-1",
            AcceptedAt = DateTimeOffset.UnixEpoch,
            State = DeliveryState.Rejected,
            EndedAt = DateTimeOffset.UnixEpoch.AddHours(1),
            History = [new ClaimChange
            {
                Id = "secret-of-the-writer",
                Kind = ClaimChangeKind.Correction,
                DeliveryId = "np-p-1~2",
                Generation = 2,
                At = DateTimeOffset.UnixEpoch.AddMinutes(1),
                Actor = "ann",
                Reason = "<why>",
                IdempotencyKey = "key-of-the-caller",
                BodyHash = "hash",
            }],
        });
        foreach (var generation in known)
        {
            _host.Reader.Setup(reader => reader.GetAsync(DeliveryIds.ForDelivery("p-1", generation), It.IsAny<CancellationToken>())).ReturnsAsync(DeliveryReport.Of(Rejected(generation)));
        }
    }

    [Fact]
    public async Task Get_RedeliveredPayment_ShowsHistoryAndEarlierDeliveriesThatAreKnownNewestFirst()
    {
        Has(4, 4, 3, 1);

        var json = await _host.Client.GetFromJsonAsync<JsonElement>("/api/notifications/p-1");

        var change = Assert.Single(json.GetProperty("history").EnumerateArray());
        Assert.Equal(("Correction", "np-p-1~2", 2, "ann", "<why>"), (
            change.GetProperty("kind").GetString(),
            change.GetProperty("deliveryId").GetString(),
            change.GetProperty("generation").GetInt32(),
            change.GetProperty("actor").GetString(),
            change.GetProperty("reason").GetString()));
        Assert.Equal(["np-p-1~3", "np-p-1"], json.GetProperty("earlierDeliveries").EnumerateArray().Select(delivery => delivery.GetProperty("deliveryId").GetString()));
        Assert.DoesNotContain("of-the-", json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_EndedPayment_SaysWhenItEndedAndWhatToDo()
    {
        Has(1, 1);

        var json = await _host.Client.GetFromJsonAsync<JsonElement>("/api/notifications/p-1");

        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), json.GetProperty("endedAt").GetDateTimeOffset());
        Assert.Equal(json.GetProperty("delivery").GetProperty("operatorAction").GetString(), json.GetProperty("operatorAction").GetString());
        Assert.Empty(json.GetProperty("earlierDeliveries").EnumerateArray());
    }

    [Fact]
    public async Task Get_HistoryPurged_SaysWhatTheClaimKnows()
    {
        Has(1);

        var json = await _host.Client.GetFromJsonAsync<JsonElement>("/api/notifications/p-1");

        Assert.Equal(("Rejected", DateTimeOffset.UnixEpoch.AddHours(1)), (json.GetProperty("state").GetString(), json.GetProperty("endedAt").GetDateTimeOffset()));
        Assert.False(json.TryGetProperty("delivery", out _));
    }

    [Fact]
    public async Task Get_ManyDeliveries_AsksForTheLastFiveEarlierOnesOnly()
    {
        Has(20, [.. Enumerable.Range(1, 20)]);

        var json = await _host.Client.GetFromJsonAsync<JsonElement>("/api/notifications/p-1");

        Assert.Equal(["np-p-1~19", "np-p-1~18", "np-p-1~17", "np-p-1~16", "np-p-1~15"], json.GetProperty("earlierDeliveries").EnumerateArray().Select(delivery => delivery.GetProperty("deliveryId").GetString()));
        _host.Reader.Verify(reader => reader.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()), Times.Exactly(6));
    }
}
