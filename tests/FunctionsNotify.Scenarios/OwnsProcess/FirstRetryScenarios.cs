using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>The guide's first retries on the host that all scenarios have used.</summary>
[Collection(nameof(QuietHost))]
[Trait("Category", "owns-process")]
public sealed class FirstRetryScenarios(ITestOutputHelper output)
{
    [OwnsProcessFact]
    public async Task Deliver_AttemptsFailAtOnce_RetriesOneAndTwoStartWithinFiveSeconds()
    {
        var host = await Suite.HostAsync();
        var delivered = await host.DeliverAsync(Payment.Succeeded("first-retries"), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        delivered.Is("Delivered", sends: 3).NotEarlierThan(host.Policy.RetryDelays, output);
        FirstRetries.StartWithinFiveSeconds(delivered, output);
    }
}
