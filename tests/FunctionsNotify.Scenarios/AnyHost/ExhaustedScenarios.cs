using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

[Trait("Category", "any-host")]
public sealed class ExhaustedScenarios(ITestOutputHelper output)
{
    [Fact]
    public async Task Deliver_UnknownForever_IsExhaustedAfterEveryRetry()
    {
        var host = await Suite.HostAsync();
        var sends = host.Policy.MaxAttempts;
        var delivered = await host.DeliverAsync(Payment.Succeeded("exhausted"), [.. Enumerable.Repeat(ScriptStep.Unknown(), sends), ScriptStep.Success]);
        delivered.Is("Exhausted", sends).AttemptKinds([.. Enumerable.Repeat("Unknown", sends)]).NotEarlierThan(host.Policy.RetryDelays, output);
        Assert.Equal("ScheduleUsed", delivered.Outcome.Cause);
    }
}
