using System.Net;
using Azure.Data.Tables;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>What a host is started with that is to be killed.</summary>
internal static class Killed
{
    /// <summary>
    /// For tests only: queue messages that a killed host held come back in seconds. In production they come back after ten
    /// minutes, which the platform fixes. Durable's come back after a minute (host.json), here as there: it allows no less.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ComesBackSoon { get; } = [new(Setting.ShortLeases, "true")];

    /// <summary>What a kill may add: the leases of the killed one have to end before another goes on.</summary>
    public static TimeSpan Patience { get; } = 2 * HostUnderTest.Patience;
}

/// <summary>One host for all scenarios that kill it and start it again.</summary>
public sealed class KilledHost : IAsyncLifetime
{
    private OwnHost? _own;

    internal OwnHost Own => _own!;

    public async Task InitializeAsync() =>
        _own = ScenarioSettings.IsExternal ? null : await Suite.StartHostAsync("kill", HostPolicy.OfSeconds(1, 2, 15, 240), Killed.ComesBackSoon);

    public async Task DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }
}

/// <summary>The host dies by <c>kill -9</c> and is started again: nothing is lost, nothing is sent beyond the schedule.</summary>
[Trait("Category", "owns-process")]
public sealed class KillScenarios(KilledHost killed, ITestOutputHelper output) : IClassFixture<KilledHost>
{
    private readonly OwnHost _own = killed.Own;

    private HostUnderTest Host => _own.Host;

    [OwnsProcessFact]
    public async Task Kill_WhileWaiting_GoesOnWithTheSameAttempt()
    {
        var payment = await WaitingForAttemptAsync(4, "killed-waiting", ScriptStep.Success);
        var waiting = await Host.Api.FindAsync(payment.Id);
        await _own.RestartAsync();

        var delivered = await Host.EndAsync(payment, Killed.Patience);
        delivered.Is("Delivered", sends: 4).AttemptKinds("Unknown", "Unknown", "Unknown", "Acknowledged").NotEarlierThan(Host.Policy.RetryDelays, output);
        Assert.Equal(waiting!.Delivery!.Attempts, delivered.Outcome.Attempts.Take(3));
        Assert.Equal(waiting.Delivery.NextDueAt, delivered.Outcome.Attempts[3].DueAt);
    }

    [OwnsProcessFact]
    public async Task Kill_WhileSending_SendsTheSameBodyAgain()
    {
        var payment = Payment.Succeeded("killed-sending");
        await Host.ScriptAsync(payment, ScriptStep.Success with { Delay = TimeSpan.FromSeconds(2) }, ScriptStep.Success);
        await Host.EnqueueAsync(payment);
        await Host.ReceivedAsync(payment, 1);
        await _own.RestartAsync();

        var delivered = (await Host.EndAsync(payment, Killed.Patience)).IsSound("Delivered");
        Assert.Equal(2, delivered.Requests.Count);
    }

    [OwnsProcessFact]
    public async Task KillOfTheWorker_WhileSending_IsAnAttemptOnTheRecordAndIsSentAgain()
    {
        var payment = Payment.Succeeded("killed-worker");
        await Host.ScriptAsync(payment, ScriptStep.Success with { Delay = TimeSpan.FromSeconds(2) }, ScriptStep.Success);
        await Host.EnqueueAsync(payment);
        await Host.ReceivedAsync(payment, 1);
        Assert.True(_own.Process.KillWorker());

        var delivered = (await Host.EndAsync(payment, Killed.Patience)).Is("Delivered", sends: 2).AttemptKinds("NoResult", "Acknowledged");
        Assert.Contains("may have been sent", delivered.Outcome.Attempts[0].Result.Detail, StringComparison.Ordinal);
        Assert.True(_own.Process.IsRunning);
    }

    [OwnsProcessFact]
    public async Task Kill_RightAfterEnqueueing_DeliversAnyway()
    {
        var payments = Enumerable.Range(0, 10).Select(_ => Payment.Succeeded("killed-enqueued")).ToList();
        await Task.WhenAll(payments.Select(Host.EnqueueAsync));
        await _own.RestartAsync();
        foreach (var payment in payments)
        {
            var delivered = (await Host.EndAsync(payment, Killed.Patience)).IsSound("Delivered");
            Assert.InRange(delivered.Requests.Count, 1, 2);
        }
    }

    [OwnsProcessFact]
    public async Task Kill_AfterACommand_DoesNotLoseIt()
    {
        // The wait before the fifth attempt outlasts the lease under which the killed host may hold the command.
        var payment = await WaitingForAttemptAsync(5, "killed-command", ScriptStep.Unknown());
        Assert.Equal(HttpStatusCode.Accepted, (await Host.Api.CommandAsync(payment.Id, "cancel")).Status);
        await _own.RestartAsync();

        (await Host.EndAsync(payment, Killed.Patience)).Is("Cancelled", sends: 4);
    }

    [OwnsProcessFact]
    public async Task Stop_UnderLoad_EndsInOrderAndTheNextStartGoesOn()
    {
        var payments = Enumerable.Range(0, 40).Select(_ => Payment.Succeeded("stopped")).ToList();
        foreach (var payment in payments)
        {
            await Host.ScriptAsync(payment, ScriptStep.Unknown() with { Delay = TimeSpan.FromSeconds(1) }, ScriptStep.Success);
        }

        await Task.WhenAll(payments.Select(Host.EnqueueAsync));
        await Host.ReceivedAsync(payments[0], 1);
        var exit = await _own.Process.StopAsync();
        Assert.True(exit == 0, $"exit code {exit}");
        await _own.StartAsync();

        var repeats = 0;
        foreach (var payment in payments)
        {
            var delivered = (await Host.EndAsync(payment, Killed.Patience)).IsSound("Delivered");
            Assert.InRange(delivered.Requests.Count, 2, 3);
            repeats += delivered.Requests.Count - 2;
        }

        output.WriteLine($"{repeats} of {payments.Count} payments were sent once more");
    }

    private async Task<Payment> WaitingForAttemptAsync(int attempt, string scenario, ScriptStep fourth)
    {
        var payment = Payment.Succeeded(scenario);
        await Host.ScriptAsync(payment, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), fourth);
        await Host.EnqueueAsync(payment);
        await Host.Api.WaitForAttemptAsync(payment, attempt);
        return payment;
    }
}

/// <summary>A bulk redelivery that <c>kill -9</c> cuts off is finished by the same call: exactly one new delivery each.</summary>
[Trait("Category", "owns-process")]
public sealed class BulkRedeliveryScenarios(ITestOutputHelper output)
{
    /// <summary>How many payments; 1,000 with NOTIFY_SOAK=1.</summary>
    private static int Count => ScenarioSettings.IsSoak ? 1_000 : 100;

    [OwnsProcessFact]
    public async Task Bulk_KilledInBetween_TheSameCallFinishesItAndNothingIsDeliveredTwice()
    {
        await using var own = await Suite.StartHostAsync("bulk", HostPolicy.OfSeconds(1, 2), Killed.ComesBackSoon);
        var host = own.Host;
        var payments = Enumerable.Range(0, Count).Select(_ => Payment.Succeeded("bulk-kill")).ToList();
        await Parallel.ForEachAsync(payments, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (payment, _) =>
        {
            await host.ScriptAsync(payment, ScriptStep.Failure("PROCESS_FAIL"), ScriptStep.Success);
            await host.EnqueueAsync(payment);
        });
        await EndedAsync(host, payments, 1);

        var request = new { actor = "ann", reason = "scenario", paymentIds = payments.Select(payment => payment.Id).ToArray() };
        var cutOff = host.Api.PostAsync("bulk/notifications/redeliver", request, key: "bulk-kill");
        await host.Api.WaitAsync(
            payments[Count / 3].Id, answer => answer.DeliveryId == payments[Count / 3].DeliveryId(2), HostUnderTest.Patience, "to be redelivered");
        await own.Process.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => cutOff);
        await own.StartAsync();

        var began = TimeProvider.System.GetTimestamp();
        var (status, answer) = await host.Api.PostAsync("bulk/notifications/redeliver", request, key: "bulk-kill");
        var verdicts = answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("verdict").GetString()!).CountBy(verdict => verdict).ToDictionary();
        output.WriteLine($"{Count} payments: {string.Join(", ", verdicts.Select(verdict => $"{verdict.Value} {verdict.Key}"))} in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Count, verdicts.GetValueOrDefault("Done") + verdicts.GetValueOrDefault("AlreadyDone"));
        Assert.InRange(verdicts.GetValueOrDefault("AlreadyDone"), 1, Count - 1);
        await EndedAsync(host, payments, 2);
        foreach (var payment in payments)
        {
            await host.Api.WaitAsync(payment.Id, found => (found.DeliveryId, found.State) == (payment.DeliveryId(2), "Delivered"), Killed.Patience, "to be delivered");

            // The attempt that was in flight at the kill is made again, with the same body.
            Assert.InRange((await host.ReceivedAsync(payment.Id)).Count, 2, 3);
        }
    }

    private static Task EndedAsync(HostUnderTest host, List<Payment> payments, int generation) => Eventually.BecomesTrueAsync(
        () =>
        {
            var ended = host.Outcomes.All.Select(outcome => outcome.DeliveryId).ToHashSet();
            return payments.TrueForAll(payment => ended.Contains(payment.DeliveryId(generation)));
        },
        Killed.Patience,
        $"delivery {generation} of every payment to end");
}

/// <summary>The app scaled out: what one host does not finish the other does.</summary>
[Trait("Category", "owns-process")]
public sealed class TwoHostsScenarios(ITestOutputHelper output)
{
    private const int Count = 60;

    [OwnsProcessFact]
    public async Task Kill_OneOfTwoHostsOnOneTaskHub_TheOtherFinishesEverything()
    {
        await using var one = await Suite.StartHostAsync("two", HostPolicy.OfSeconds(1, 2, 3, 4), Killed.ComesBackSoon);
        await using var other = one.Second(await Suite.SimulatorAsync());
        await other.StartAsync();
        await Eventually.BecomesTrueAsync(async () => await OwnersAsync(one) == 2, HostUnderTest.Patience, "the partitions to be divided between the two");
        var payments = Enumerable.Range(0, Count).Select(_ => Payment.Succeeded("two")).ToList();
        foreach (var payment in payments)
        {
            await one.Host.ScriptAsync(payment, ScriptStep.Unknown() with { Delay = TimeSpan.FromSeconds(0.5) }, ScriptStep.Success);
        }

        foreach (var payment in payments)
        {
            await one.Host.EnqueueAsync(payment);
        }

        await one.Host.ReceivedAsync(payments[Count / 2], 1);
        await one.Process.KillAsync();

        var repeats = 0;
        foreach (var payment in payments)
        {
            // Asked by the one that lives; whose reader the outcome came to does not matter.
            var outcome = await Eventually.IsThereAsync(
                () => Task.FromResult(one.Host.Outcomes.Deliveries(payment.Id).Concat(other.Host.Outcomes.Deliveries(payment.Id)).FirstOrDefault()), Killed.Patience, $"the outcome of {payment.Id}");
            var answer = await other.Host.Api.WaitAsync(payment.Id, found => found.Delivery is { Phase: "Final" }, Killed.Patience, "to be final");
            var published = one.Host.Outcomes.Deliveries(payment.Id).Concat(other.Host.Outcomes.Deliveries(payment.Id)).ToList();
            var delivered = new DeliveredPayment(payment, outcome, answer, await other.Host.ReceivedAsync(payment.Id), published).IsSound("Delivered");
            Assert.InRange(delivered.Requests.Count, 2, 3);
            repeats += delivered.Requests.Count - 2;
        }

        output.WriteLine($"{repeats} of {Count} payments were sent once more");
    }

    private static async Task<int> OwnersAsync(OwnHost own)
    {
        var owners = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var partition in new TableClient(own.Host.Storage, $"{own.Settings[Setting.TaskHub]}Partitions").QueryAsync<TableEntity>())
        {
            owners.Add(partition.GetString("CurrentOwner") ?? string.Empty);
        }

        owners.Remove(string.Empty);
        return owners.Count;
    }
}
