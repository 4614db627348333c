using System.Globalization;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>A quiet system: polling that backs off would make the first retries late.</summary>
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

/// <summary>The same on the host that all scenarios keep busy.</summary>
[Trait("Category", "owns-process")]
public sealed class BusyFirstRetryScenarios(ITestOutputHelper output)
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

internal static class FirstRetries
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The guide's rule: one or two retries within 5 seconds of the first attempt's end.</summary>
    public static void StartWithinFiveSeconds(DeliveredPayment delivered, ITestOutputHelper output)
    {
        var end = delivered.Outcome.Attempts[0].EndedAt;
        foreach (var attempt in delivered.Outcome.Attempts.Skip(1).Take(2))
        {
            var after = attempt.Result.StartedAt - end;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"retry {attempt.Number - 1} started {after.TotalSeconds:0.000} s after the first attempt's end"));
            Assert.True(after < Limit, $"retry {attempt.Number - 1} started {after} after the first attempt's end");
        }
    }
}
