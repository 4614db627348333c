using System.Globalization;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>The guide's rule: one or two retries within 5 seconds of the first attempt's end.</summary>
internal static class FirstRetries
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static readonly ScriptStep[] ThirdTime = [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success];

    public static void StartWithinFiveSeconds(DeliveredPayment delivered, HostPolicy policy, ITestOutputHelper output)
    {
        delivered.Is("Delivered", sends: 3).NotEarlierThan(policy.RetryDelays, output);
        Assert.All(Report(delivered, output), retry => Assert.True(retry.After < Limit, $"retry {retry.Number} started {retry.After} after the first attempt's end"));
    }

    /// <summary>Writes when the first two retries started; on a host that is not ours nothing more can be asked.</summary>
    public static IReadOnlyList<(int Number, TimeSpan After)> Report(DeliveredPayment delivered, ITestOutputHelper output)
    {
        var end = delivered.Outcome.Attempts[0].EndedAt;
        var retries = delivered.Outcome.Attempts.Skip(1).Take(2).Select(attempt => (Number: attempt.Number - 1, After: attempt.Result.StartedAt - end)).ToList();
        foreach (var (number, after) in retries)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"retry {number} started {after.TotalSeconds:0.000} s after the first attempt's end ({(after < Limit ? "within" : "NOT within")} {Limit.TotalSeconds:0} s)"));
        }

        return retries;
    }
}

[Collection(nameof(QuietHost))]
[Trait("Category", "owns-process")]
[Trait("Category", "heavy")]
public sealed class FirstRetryScenarios(ITestOutputHelper output)
{
    [OwnsProcessFact]
    public async Task Deliver_AttemptsFailAtOnce_RetriesOneAndTwoStartWithinFiveSeconds()
    {
        var host = await Suite.HostAsync();
        FirstRetries.StartWithinFiveSeconds(await host.DeliverAsync(Payment.Succeeded("first-retries"), FirstRetries.ThirdTime), host.Policy, output);
    }
}

/// <summary>A quiet system, with a hundred payments that wait: polling that backs off would make the first retries late.</summary>
[Collection(nameof(QuietHost))]
[Trait("Category", "owns-process")]
[Trait("Category", "slow")]
[Trait("Category", "heavy")]
public sealed class IdleScenarios(ITestOutputHelper output)
{
    [OwnsProcessFact]
    public async Task Deliver_AfterTwoIdleMinutes_RetriesOneAndTwoStartWithinFiveSeconds()
    {
        var host = await Suite.IdleHostAsync();
        FirstRetries.StartWithinFiveSeconds(await host.DeliverAsync(Payment.Succeeded("after-idle"), FirstRetries.ThirdTime), host.Policy, output);
    }

    [ExternalHostFact]
    public async Task Deliver_AfterTwoIdleMinutesOfAnExternalHost_ReportsTheFirstRetries()
    {
        var host = await Suite.HostAsync();
        await Task.Delay(Suite.Idle);
        var delivered = await host.DeliverAsync(Payment.Succeeded("after-idle"), FirstRetries.ThirdTime);
        delivered.Is("Delivered", sends: 3).NotEarlierThan(host.Policy.RetryDelays, output);
        Assert.Equal(2, FirstRetries.Report(delivered, output).Count);
    }
}
