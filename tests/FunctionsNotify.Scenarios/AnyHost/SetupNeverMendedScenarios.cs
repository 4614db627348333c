using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>In a class of its own: it waits for the whole retry schedule.</summary>
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
