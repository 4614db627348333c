using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class SummaryTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly Mock<IDeliveryStatistics> _open = new();
    private readonly Mock<IDeliveryCounts> _counts = new();

    private async Task<JsonElement> GetAsync(DeliveryStatistics open, DeliveryCounts counts)
    {
        _open.Setup(port => port.ReadAsync(Now, It.IsAny<CancellationToken>())).ReturnsAsync(open);
        _counts.Setup(port => port.CountAsync(Now.AddHours(-24), Now.AddMinutes(-5), It.IsAny<CancellationToken>())).ReturnsAsync(counts);
        var queues = new Mock<IQueueStatistics>();
        queues.Setup(port => port.ReadAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync([new QueueStatistics("notifications", 4, TimeSpan.FromSeconds(1.5)), new QueueStatistics("poison", 0, null)]);
        var quarantine = new Mock<IQuarantineStatistics>();
        quarantine.Setup(port => port.CountWaitingAsync(It.IsAny<CancellationToken>())).ReturnsAsync(new QuarantineStatistics(2, 1, IsComplete: false));
        await using var host = await ApiHost.StartAsync(more: services => services
            .AddSingleton<TimeProvider>(_time).AddSingleton(_open.Object).AddSingleton(_counts.Object).AddSingleton(queues.Object).AddSingleton(quarantine.Object));
        await host.Client.GetFromJsonAsync<JsonElement>("/api/summary");
        return await host.Client.GetFromJsonAsync<JsonElement>("/api/summary");
    }

    [Fact]
    public async Task Summary_BusyHost_SaysWhatThePortsCountAndAsksThemOnce()
    {
        var ended = new Dictionary<DeliveryState, int> { [DeliveryState.Delivered] = 12, [DeliveryState.Rejected] = 3, [DeliveryState.Exhausted] = 2, [DeliveryState.Cancelled] = 1 };

        var json = await GetAsync(new DeliveryStatistics(9, Now.AddMinutes(-10), IsComplete: true), new DeliveryCounts(5, ended, IsComplete: true));

        Assert.Equal("""{"open":9,"overdue":5,"oldestDueAt":"2026-03-04T11:50:00+00:00","deliveredLate":12,"rejected":3,"exhausted":2,"cancelled":1}""", json.GetProperty("deliveries").GetRawText());
        Assert.Equal("""[{"queue":"notifications","depth":4,"oldestAgeSeconds":1.5},{"queue":"poison","depth":0}]""", json.GetProperty("queues").GetRawText());
        Assert.Equal("""{"invalid":2,"conflict":1,"isPartial":true}""", json.GetProperty("quarantine").GetRawText());
        Assert.Equal((600d, "Closed", false), (json.GetProperty("latenessSeconds").GetDouble(), json.GetProperty("breaker").GetString(), json.GetProperty("isPartial").GetBoolean()));
        _open.Verify(port => port.ReadAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()), Times.Once());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Summary_CountThatWasCutOff_IsPartial(bool isOpenComplete, bool isCountComplete)
    {
        var json = await GetAsync(new DeliveryStatistics(0, null, isOpenComplete), new DeliveryCounts(0, new Dictionary<DeliveryState, int>(), isCountComplete));

        Assert.True(json.GetProperty("isPartial").GetBoolean());
        Assert.False(json.GetProperty("deliveries").TryGetProperty("oldestDueAt", out _));
        Assert.Equal(0, json.GetProperty("latenessSeconds").GetDouble());
    }
}
