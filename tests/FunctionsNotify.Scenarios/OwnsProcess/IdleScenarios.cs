using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>A quiet system: polling that backs off would make the first retries late.</summary>
[Collection(nameof(QuietHost))]
[Trait("Category", "owns-process")]
[Trait("Category", "slow")]
public sealed class IdleScenarios(ITestOutputHelper output)
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    [OwnsProcessFact]
    public async Task Deliver_AfterTwoIdleMinutes_RetriesOneAndTwoStartWithinFiveSeconds()
    {
        await using var own = await Suite.PrepareHostAsync("idle", HostPolicy.OfSeconds(1, 2, 30));
        await own.StartAsync();
        // Once busy before, as a system that falls idle is.
        (await own.Host.DeliverAsync(Payment.Succeeded("before-idle"), ScriptStep.Success)).Is("Delivered", sends: 1);
        await Task.Delay(Idle);

        var delivered = await own.Host.DeliverAsync(Payment.Succeeded("after-idle"), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        delivered.Is("Delivered", sends: 3).NotEarlierThan(own.Host.Policy.RetryDelays, output);
        FirstRetries.StartWithinFiveSeconds(delivered, output);
    }
}
