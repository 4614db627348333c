using Azure.Storage.Queues;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>More payments at once than Durable can begin: the backlog waits in the notification queue, where it is seen.</summary>
[Trait("Category", "owns-process")]
public sealed class BurstScenarios(ITestOutputHelper output)
{
    private const int Payments = 150;
    private const int MaxWorkItems = 5;

    // What is admitted is no work item yet, and the busier the machine the longer; without admission nearly all of them are.
    private const int Most = Payments / 2;

    [OwnsProcessFact]
    public async Task Deliver_MoreAtOnceThanDurableCanBegin_WaitInTheNotificationQueue()
    {
        // Few activities at a time, so that the work items are what is behind.
        await using var own = await Suite.StartHostAsync(
            "burst", HostPolicy.OfSeconds(1, 2), [new("Overload__MaxWorkItems", $"{MaxWorkItems}"), new(Setting.Extension("durableTask__maxConcurrentActivityFunctions"), "2")]);
        var workItems = new QueueClient(own.Host.Storage, $"{own.Settings[Setting.TaskHub]}-workitems");
        var payments = Enumerable.Range(0, Payments).Select(_ => Payment.Succeeded("burst")).ToList();
        await Task.WhenAll(payments.Select(payment => own.Host.ScriptAsync(payment, ScriptStep.Success with { Delay = TimeSpan.FromSeconds(0.3) })));
        await Task.WhenAll(payments.Select(own.Host.EnqueueAsync));

        using var ended = new CancellationTokenSource();
        var watch = MostAsync(workItems, ended.Token);
        foreach (var payment in payments)
        {
            Assert.Equal("Delivered", (await own.Host.Outcomes.DeliveryAsync(payment.Id, HostUnderTest.Patience)).State);
            Assert.Single(await own.Host.ReceivedAsync(payment.Id));
        }

        await ended.CancelAsync();
        var most = await watch;
        output.WriteLine($"at most {most} work items");
        Assert.InRange(most, 1, Most);
        Assert.Equal(0, await own.Host.PoisonedAsync());
    }

    private static async Task<int> MostAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        var most = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            most = Math.Max(most, (await queue.GetPropertiesAsync(CancellationToken.None)).Value.ApproximateMessagesCount);
            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }

        return most;
    }
}
