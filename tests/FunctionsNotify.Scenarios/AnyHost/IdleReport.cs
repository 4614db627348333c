using FunctionsNotify.Scenarios.OwnsProcess;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>What a quiet external host makes of the first two retries; reported, not asserted.</summary>
[Collection(nameof(QuietHost))]
[Trait("Category", "any-host")]
[Trait("Category", "slow")]
public sealed class IdleReport(ITestOutputHelper output)
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    [ExternalHostFact]
    public async Task Deliver_AfterTwoIdleMinutes_ReportsTheFirstRetries()
    {
        var host = await Suite.HostAsync();
        await Task.Delay(Idle);
        var delivered = await host.DeliverAsync(Payment.Succeeded("after-idle"), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        delivered.Is("Delivered", sends: 3).NotEarlierThan(host.Policy.RetryDelays, output);
        Assert.Equal(2, FirstRetries.Report(delivered, output).Count);
    }
}
