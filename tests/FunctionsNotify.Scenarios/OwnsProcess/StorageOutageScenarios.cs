using FunctionsNotify.DevHost;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>The storage account goes away while it is in use, and comes back.</summary>
[Trait("Category", "owns-process")]
public sealed class StorageOutageScenarios
{
    [OwnsProcessFact]
    public async Task Deliver_AzuriteStoppedAndStartedAgain_LosesNothing()
    {
        // An Azurite of its own: the other scenarios need theirs.
        await using var azurite = await AzuriteProcess.StartAsync();
        await using var own = OwnHost.Prepare("outage", azurite.ConnectionString, await Suite.SimulatorAsync(), HostPolicy.OfSeconds(1, 2, 3, 4));
        await own.StartAsync();
        var open = await EnqueueAsync(own.Host, 10, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        await own.Host.Api.WaitForAttemptAsync(open[0].Id, 3, HostUnderTest.Patience);
        var fresh = await EnqueueAsync(own.Host, 10, ScriptStep.Success);
        await azurite.StopAsync();

        // While storage is away, deliveries that are in hand go on; their outcomes wait.
        foreach (var payment in open)
        {
            await own.Host.Api.WaitAsync(payment.Id, answer => answer.State == "Delivered", HostUnderTest.Patience, "to be delivered without storage");
        }

        await azurite.RestartAsync();
        foreach (var payment in open)
        {
            (await own.Host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 3);
        }

        foreach (var payment in fresh)
        {
            (await own.Host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
        }

        Assert.True(own.Process.IsRunning);
    }

    private static async Task<IReadOnlyList<Payment>> EnqueueAsync(HostUnderTest host, int count, params ScriptStep[] steps)
    {
        var payments = Enumerable.Range(0, count).Select(_ => Payment.Succeeded("outage")).ToList();
        foreach (var payment in payments)
        {
            await host.ScriptAsync(payment, steps);
        }

        await Task.WhenAll(payments.Select(host.EnqueueAsync));
        return payments;
    }
}
