using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>The host dies by <c>kill -9</c> and is started again: nothing is lost, nothing is sent beyond the schedule.</summary>
[Trait("Category", "owns-process")]
public sealed class KillScenarios(ITestOutputHelper output) : IAsyncLifetime
{
    private OwnHost _own = null!;

    private HostUnderTest Host => _own.Host;

    public async Task InitializeAsync()
    {
        _own = await Suite.PrepareHostAsync("kill", HostPolicy.OfSeconds(1, 2, 4, 6));
        await _own.StartAsync();
    }

    public async Task DisposeAsync() => await _own.DisposeAsync();

    [OwnsProcessFact]
    public async Task Kill_WhileWaiting_GoesOnWithTheSameAttempt()
    {
        var payment = Payment.Succeeded("killed-waiting");
        await Host.ScriptAsync(payment, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        await Host.EnqueueAsync(payment);
        var waiting = await Host.Api.WaitForAttemptAsync(payment.Id, 4, HostUnderTest.Patience);
        await _own.RestartAsync();

        var delivered = await Host.EndAsync(payment, HostUnderTest.Patience);
        delivered.Is("Delivered", sends: 4).AttemptKinds("Unknown", "Unknown", "Unknown", "Acknowledged").NotEarlierThan(Host.Policy.RetryDelays, output);
        Assert.Equal(waiting.Delivery!.Attempts, delivered.Outcome.Attempts.Take(3));
        Assert.Equal(waiting.Delivery.NextDueAt, delivered.Outcome.Attempts[3].DueAt);
    }

    [OwnsProcessFact]
    public async Task Kill_WhileSending_SendsTheSameBodyAgain()
    {
        var payment = Payment.Succeeded("killed-sending");
        await Host.ScriptAsync(payment, ScriptStep.Success with { Delay = TimeSpan.FromSeconds(2) }, ScriptStep.Success);
        await Host.EnqueueAsync(payment);
        await Eventually.BecomesTrueAsync(async () => (await Host.ReceivedAsync(payment.Id)).Count == 1, HostUnderTest.Patience, "the request to arrive");
        await _own.RestartAsync();

        var delivered = await Host.EndAsync(payment, HostUnderTest.Patience);
        delivered.IsSound("Delivered");
        Assert.Equal(2, delivered.Requests.Count);
    }

    [OwnsProcessFact]
    public async Task Kill_RightAfterEnqueueing_DeliversAllTheSame()
    {
        var payments = Enumerable.Range(0, 10).Select(_ => Payment.Succeeded("killed-enqueued")).ToList();
        await Task.WhenAll(payments.Select(Host.EnqueueAsync));
        await _own.RestartAsync();
        foreach (var payment in payments)
        {
            var delivered = await Host.EndAsync(payment, HostUnderTest.Patience);
            delivered.IsSound("Delivered");
            Assert.InRange(delivered.Requests.Count, 1, 2);
        }
    }

    [OwnsProcessFact]
    public async Task Kill_AfterACommand_DoesNotLoseIt()
    {
        var payment = Payment.Succeeded("killed-command");
        await Host.ScriptAsync(payment, ScriptStep.Unknown());
        await Host.EnqueueAsync(payment);
        await Host.Api.WaitForAttemptAsync(payment.Id, 4, HostUnderTest.Patience);
        var (status, _) = await Host.Api.CommandAsync(payment.Id, "cancel");
        Assert.Equal(System.Net.HttpStatusCode.Accepted, status);
        await _own.RestartAsync();

        (await Host.EndAsync(payment, HostUnderTest.Patience)).Is("Cancelled", sends: 3);
    }

    [OwnsProcessTheory]
    [InlineData("after-claim")]
    [InlineData("after-send")]
    [InlineData("after-record")]
    [InlineData("after-publish")]
    [InlineData("after-delete")]
    public async Task Kill_BetweenTwoSteps_LosesNothing(string step)
    {
        // A host of its own: the process kills itself, as the others of this class do not expect.
        await using var own = await Suite.PrepareHostAsync("step", HostPolicy.OfSeconds(1, 2, 4));
        var payment = Payment.Succeeded($"killed-{step}");
        await own.Host.ScriptAsync(payment, ScriptStep.Unknown(), ScriptStep.Success);
        own.Process.Start(new KeyValuePair<string, string>("NOTIFY_CRASH_AT", step));
        // The host makes its queues when it starts.
        await Eventually.IsThereAsync(() => TryEnqueueAsync(own, payment), HostUnderTest.Patience, "the queue to be there");
        await own.Process.ExitAsync(HostUnderTest.Patience);
        await own.StartAsync();

        var delivered = await own.Host.EndAsync(payment, HostUnderTest.Patience);
        delivered.IsSound("Delivered");
        Assert.InRange(delivered.Requests.Count, 2, 3);
    }

    private static async Task<string?> TryEnqueueAsync(OwnHost own, Payment payment)
    {
        try
        {
            return await own.Host.EnqueueAsync(payment);
        }
        catch (Azure.RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }
}
