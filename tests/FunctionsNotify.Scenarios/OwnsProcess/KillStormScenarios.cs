using System.Globalization;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>
/// The guarantees while the host dies again and again: every payment ends once, as its script says, with no body but its
/// own and no send beyond the schedule except one for each kill.
/// </summary>
[Trait("Category", "owns-process")]
[Trait("Category", "slow")]
public sealed class KillStormScenarios(ITestOutputHelper output)
{
    // As many retries as the guide asks for, close together: an exhausted payment takes about a minute.
    private static readonly HostPolicy Policy = HostPolicy.OfSeconds(1, 2) with
    {
        RetryDelays = [TimeSpan.FromSeconds(1), .. Enumerable.Range(0, 14).Select(index => TimeSpan.FromSeconds(2 + (0.25 * index)))],
    };

    [OwnsProcessFact]
    public Task Kill_FortyTimesOver150Payments_EveryPaymentEndsOnceAsItsScriptSays() => StormAsync("storm", payments: 150, kills: 40);

    [SoakFact]
    public Task Kill_TwoHundredTimesOver500Payments_EveryPaymentEndsOnceAsItsScriptSays() => StormAsync("soak", payments: 500, kills: 200);

    private async Task StormAsync(string name, int payments, int kills)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {ScenarioSettings.Seed} (NOTIFY_SEED)"));
        await using var own = await Suite.PrepareHostAsync(name, Policy);
        await new KillStorm(own, new Random(ScenarioSettings.Seed), output).RunAsync(payments, kills);
    }
}
