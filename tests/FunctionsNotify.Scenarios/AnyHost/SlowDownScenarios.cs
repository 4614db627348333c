using System.Globalization;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

// Alone: a slow-down answer slows the whole instance, and with it what other scenarios time.
[Collection(nameof(QuietHost))]
[Trait("Category", "any-host")]
public sealed class SlowDownScenarios(ITestOutputHelper output)
{
    [Fact]
    public async Task Deliver_RetryAfterWithinTheLimits_IsFollowed()
    {
        var host = await Suite.HostAsync();
        var asked = host.Policy.SlowDownFloor + TimeSpan.FromSeconds(1);
        var busy = new ScriptStep { HttpStatus = 503, Body = AnswerBody.Html, RetryAfter = Seconds(asked) };
        var delivered = await host.DeliverAsync(Payment.Succeeded("retry-after"), busy, ScriptStep.Success);
        delivered.Is("Delivered", sends: 2).AttemptKinds("NoResult", "Acknowledged").NotEarlierThan([asked], output);
        Planned(delivered, asked);
    }

    [Fact]
    public async Task Deliver_RetryAfterOfAnHour_IsCutToTheCeiling()
    {
        var host = await Suite.HostAsync();
        var busy = new ScriptStep { HttpStatus = 429, Body = AnswerBody.Empty, RetryAfter = "3600" };
        var delivered = await host.DeliverAsync(Payment.Succeeded("retry-after-hour"), busy, ScriptStep.Success);
        delivered.Is("Delivered", sends: 2).NotEarlierThan([host.Policy.SlowDownCeiling], output);
        Planned(delivered, host.Policy.SlowDownCeiling);
    }

    [Fact]
    public async Task Deliver_TrafficLimit_WaitsForTheFloorAndNeverShorterAfterwards()
    {
        var host = await Suite.HostAsync();
        var delivered = await host.DeliverAsync(
            Payment.Succeeded("traffic"), ScriptStep.Unknown("REQUEST_TRAFFIC_EXCEED_LIMIT"), ScriptStep.Unknown(), ScriptStep.Success);
        delivered.Is("Delivered", sends: 3)
            .AttemptKinds("Unknown", "Unknown", "Acknowledged")
            .NotEarlierThan([host.Policy.SlowDownFloor, host.Policy.SlowDownFloor], output);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    // What was planned is on the record; how late the machine was does not matter here.
    private static void Planned(DeliveredPayment delivered, TimeSpan wait)
    {
        var planned = delivered.Outcome.Attempts[1].DueAt - delivered.Outcome.Attempts[0].EndedAt;
        Assert.InRange(planned, wait - TimeSpan.FromSeconds(1), wait + TimeSpan.FromSeconds(30));
    }
}
