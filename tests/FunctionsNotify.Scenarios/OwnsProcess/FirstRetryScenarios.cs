using System.Globalization;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>The guide's rule: one or two retries within 5 seconds of the first attempt's end.</summary>
internal static class FirstRetries
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static readonly ScriptStep[] ThirdTime = [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success];

    // A busy machine makes some late; a schedule, a poll that backs off or a waiting crowd would make all of them late.
    private const int Tries = 5;

    /// <summary>Five payments at once: all come through, none early, and at least one's first two retries are in time.</summary>
    public static async Task StartWithinFiveSecondsAsync(HostUnderTest host, string scenario, ITestOutputHelper output)
    {
        var delivered = await Task.WhenAll(Enumerable.Range(0, Tries).Select(_ => host.DeliverAsync(Payment.Succeeded(scenario), ThirdTime)));
        var retries = delivered.Select(each => Report(each.Is("Delivered", sends: 3).NotEarlierThan(host.Policy.RetryDelays, output), output)).ToList();
        Assert.Contains(retries, each => each.All(retry => retry.After < Limit));
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
public sealed class FirstRetryScenarios(ITestOutputHelper output)
{
    [OwnsProcessFact]
    public async Task Deliver_AttemptsFailAtOnce_RetriesOneAndTwoStartWithinFiveSeconds()
    {
        var host = await Suite.HostAsync();
        await FirstRetries.StartWithinFiveSecondsAsync(host, "first-retries", output);
    }
}

/// <summary>A quiet system, with a hundred payments that wait: polling that backs off would make the first retries late.</summary>
[Collection(nameof(QuietHost))]
[Trait("Category", "owns-process")]
public sealed class IdleScenarios(ITestOutputHelper output)
{
    [OwnsProcessFact]
    public async Task Deliver_AfterTwoIdleMinutes_RetriesOneAndTwoStartWithinFiveSeconds()
    {
        var host = await Suite.IdleHostAsync();
        await FirstRetries.StartWithinFiveSecondsAsync(host, "after-idle", output);
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
