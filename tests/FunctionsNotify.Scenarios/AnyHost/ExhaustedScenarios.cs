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
        Assert.Equal("LadderUsed", delivered.Outcome.Cause);
    }
}

[Trait("Category", "any-host")]
public sealed class SetupNeverMendedScenarios(ITestOutputHelper output)
{
    [Fact]
    public async Task Deliver_SetupRefusedForever_IsRejectedForItsSetupAfterEveryRetry()
    {
        var host = await Suite.HostAsync();
        var sends = host.Policy.MaxAttempts;
        var refusal = ScriptStep.Failure("KEY_NOT_FOUND") with { Signing = AnswerSigning.None };
        var delivered = await host.DeliverAsync(Payment.Succeeded("setup-forever"), [.. Enumerable.Repeat(refusal, sends), ScriptStep.Success]);
        delivered.Is("Rejected", sends).NotEarlierThan(host.Policy.RetryDelays.Select(delay => delay > host.Policy.SetupFloor ? delay : host.Policy.SetupFloor), output);
        Assert.Equal(("Setup", "KEY_NOT_FOUND"), (delivered.Outcome.Cause, delivered.Outcome.ResultCode));
    }
}
