using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using FunctionsNotify.DevHost;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>The storage account goes away while it is in use, in whole or in part.</summary>
[Trait("Category", "owns-process")]
public sealed class StorageOutageScenarios
{
    [OwnsProcessFact]
    public async Task Deliver_AzuriteStoppedAndStartedAgain_LosesNothingAndStopsWithoutIt()
    {
        // An Azurite of its own: the other scenarios need theirs.
        await using var azurite = await AzuriteProcess.StartAsync();
        await using var own = await Suite.StartHostAsync("outage", HostPolicy.OfSeconds(1, 2, 5, 6), Killed.ComesBackSoon, azurite.ConnectionString);
        var open = await EnqueueAsync(own.Host, 10, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        await own.Host.ReceivedAsync(open[0], 1);
        var fresh = await EnqueueAsync(own.Host, 10, ScriptStep.Success);
        await azurite.StopAsync();

        // Down for as long as it takes the app to see it.
        await Eventually.BecomesTrueAsync(
            async () => (await own.Host.Api.GetAsync("health/ready")).Status == HttpStatusCode.ServiceUnavailable, HostUnderTest.Patience, "the app to miss its storage");
        Assert.True(own.Process.IsRunning);
        await azurite.RestartAsync();

        foreach (var payment in open.Concat(fresh))
        {
            // A send whose record did not get through is made again.
            var delivered = (await own.Host.EndAsync(payment, Killed.Patience)).IsSound("Delivered");
            var sends = open.Contains(payment) ? 3 : 1;
            Assert.InRange(delivered.Requests.Count, sends, sends + 1);
        }

        Assert.True(own.Process.IsRunning);
        await azurite.StopAsync();
        Assert.Equal(0, await own.Process.StopAsync());
    }

    [OwnsProcessFact]
    public async Task Intake_QuarantineIsGone_MessageIsKeptOnThePoisonQueue()
    {
        await using var own = await Suite.StartHostAsync("poison", HostPolicy.OfSeconds(1, 2), [new(Setting.Extension("queues__maxDequeueCount"), "3")]);
        await own.Host.Quarantine.DeleteAsync();

        const string Malformed = "{ never to be taken in }";
        await own.Host.EnqueueAsync(Malformed);
        var poison = new QueueClient(own.Host.Storage, $"{own.Host.NotificationsQueue}-poison");
        var kept = await Eventually.IsThereAsync(async () => (await poison.PeekMessageAsync()).Value, HostUnderTest.Patience, "the message on the poison queue");

        Assert.Equal(Malformed, kept.Body.ToString());
        (await own.Host.DeliverAsync(Payment.Succeeded("beside-poison"), ScriptStep.Success)).Is("Delivered", sends: 1);

        // The drain, every minute, takes it up and makes it last, though it cannot take it in.
        await Eventually.BecomesTrueAsync(
            async () => (await poison.PeekMessageAsync()).Value is { ExpiresOn: null } or { ExpiresOn.Year: > 2100 }, HostUnderTest.Patience, "the message never to expire");
        await own.Host.Quarantine.CreateAsync();
        await Eventually.BecomesTrueAsync(async () => await own.Host.PoisonedAsync() == 0, Killed.Patience, "the drain to take the message in");
    }

    private static async Task<IReadOnlyList<Payment>> EnqueueAsync(HostUnderTest host, int count, params ScriptStep[] steps)
    {
        var payments = Enumerable.Range(0, count).Select(_ => Payment.Succeeded("outage")).ToList();
        await Task.WhenAll(payments.Select(payment => host.ScriptAsync(payment, steps)));
        await Task.WhenAll(payments.Select(host.EnqueueAsync));
        return payments;
    }
}

/// <summary>
/// Each write of a payment to the storage account fails in turn, the app's own and Durable's: before its effect or after
/// it, once or until whoever calls has given up. Many payments at once, each with a fault of its own.
/// </summary>
[Trait("Category", "owns-process")]
public sealed partial class StorageFaultScenarios(ITestOutputHelper output)
{
    // More tries than any client makes for one call, and at most three calls' worth.
    private const int GivenUp = 8;

    private static readonly (StorageFault Fault, int Times)[] Once = [(StorageFault.Refused, 1), (StorageFault.Lost, 1)];
    private static readonly (StorageFault Fault, int Times)[] UntilGivenUp = [(StorageFault.Refused, GivenUp), (StorageFault.Lost, GivenUp)];

    private readonly ConcurrentDictionary<string, Trouble> _troubles = new(StringComparer.Ordinal);

    [OwnsProcessFact]
    public async Task Deliver_AnyWriteToStorageFails_EndsOnceAnyway()
    {
        await using var proxy = await StorageProxy.StartAsync((await Suite.AzuriteAsync()).ConnectionString);
        await using var own = await Suite.StartHostAsync("faults", HostPolicy.OfSeconds(1, 2, 3, 4), Killed.ComesBackSoon, proxy.ConnectionString);
        var host = own.Host;
        proxy.Judge = Judge;

        var untroubled = await GiveAsync(host, new Trouble(0, StorageFault.None, 0));
        (await host.EndAsync(untroubled)).Is("Delivered", sends: 2);
        var writes = _troubles[untroubled.Id].Writes;
        output.WriteLine(string.Join('\n', writes.Select((write, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1}: {write}"))));
        Assert.InRange(writes.Count, 10, 100);

        // Durable's dispatcher stands still for ten seconds after each call that is given up: by default one write in sixteen,
        // all of them with NOTIFY_SOAK=1.
        var payments = new List<Payment>();
        for (var number = 1; number <= writes.Count; number++)
        {
            foreach (var (fault, times) in ScenarioSettings.IsSoak || number % 16 == 1 ? Once.Concat(UntilGivenUp) : Once)
            {
                payments.Add(await GiveAsync(host, new Trouble(number, fault, times)));
            }
        }

        var repeated = new List<string>();
        foreach (var payment in payments)
        {
            var trouble = _troubles[payment.Id];
            var delivered = (await host.EndAsync(payment, Killed.Patience)).IsSound("Delivered");
            // Only a fault between a send and its record makes the send come again, once for each call that was given up.
            Assert.True(delivered.Requests.Count >= 2 && delivered.Requests.Count <= 2 + trouble.GivenUpAtMost, $"{trouble}: {delivered.Requests.Count} sends");
            if (delivered.Requests.Count > 2)
            {
                repeated.Add(trouble.ToString());
            }
        }

        // A busy machine gathers several events into one write: the last numbers may not be reached.
        Assert.InRange(_troubles.Values.Count(trouble => trouble.WasMade), payments.Count * 3 / 4, payments.Count);
        Assert.DoesNotContain(host.Outcomes.All, outcome => outcome.Kind == "message");
        output.WriteLine($"{payments.Count} payments, each with a fault of its own; sent once more: {repeated.Count}\n{string.Join('\n', repeated)}");
    }

    [OwnsProcessFact]
    public async Task Quarantine_AnyWriteToStorageFails_KeepsTheMessageAndTellsOnce()
    {
        await using var proxy = await StorageProxy.StartAsync((await Suite.AzuriteAsync()).ConnectionString);
        await using var own = await Suite.StartHostAsync("keeping", HostPolicy.OfSeconds(1, 2), more: null, proxy.ConnectionString);
        proxy.Judge = Judge;

        // The record, the outcome, the message's end.
        var messages = new List<(string Id, string Message)>();
        foreach (var (fault, times) in Once.Concat(UntilGivenUp))
        {
            for (var number = 1; number <= 2; number++)
            {
                var id = Payment.NewId("kept");
                _troubles[id] = new Trouble(number, fault, times);
                messages.Add((id, await own.Host.EnqueueAsync($$"""{"paymentId":"{{id}}"}""")));
            }
        }

        foreach (var (id, message) in messages)
        {
            var outcome = await own.Host.Outcomes.MessageAsync(message);
            Assert.Equal(("Invalid", id), (outcome.State, outcome.PaymentId));
            Assert.Equal(message, (await own.Host.QuarantinedAsync(outcome)).MessageId);
        }

        await own.Host.TakenInAsync();
        Assert.All(messages, each => Assert.Single(own.Host.Outcomes.Messages(each.Message).Select(outcome => outcome.OutcomeId).Distinct()));
        Assert.All(_troubles.Values, trouble => Assert.True(trouble.WasMade, $"{trouble} did not happen"));
    }

    private async Task<Payment> GiveAsync(HostUnderTest host, Trouble trouble)
    {
        var payment = Payment.Succeeded("fault");
        _troubles[payment.Id] = trouble;
        await host.ScriptAsync(payment, ScriptStep.Unknown(), ScriptStep.Success);
        await host.EnqueueAsync(payment);
        return payment;
    }

    private StorageFault Judge(StorageCall call)
    {
        // What the payment backend itself puts on the queue is no write of the app.
        var payment = call.Method == "GET" || call.Path.EndsWith("-in/messages", StringComparison.Ordinal) ? Match.Empty : TroubledPayment().Match(call.Text);
        return payment.Success && _troubles.TryGetValue($"{ScenarioSettings.RunId}{payment.Value}", out var trouble) ? trouble.Judge($"{call.Method} {call.Path}") : StorageFault.None;
    }

    [GeneratedRegex("-(?:fault|kept)-[0-9]+")]
    private static partial Regex TroubledPayment();

    /// <summary>One payment's trouble: its n-th write fails, and that same write again as often as told.</summary>
    private sealed class Trouble(int number, StorageFault fault, int times)
    {
        private readonly Lock _lock = new();
        private readonly List<string> _writes = [];
        private string? _failing;
        private int _failed;

        public bool WasMade => _failed > 0;

        public int GivenUpAtMost => times == GivenUp ? 3 : 1;

        public IReadOnlyList<string> Writes
        {
            get
            {
                lock (_lock)
                {
                    return [.. _writes];
                }
            }
        }

        public StorageFault Judge(string write)
        {
            lock (_lock)
            {
                _writes.Add(write);
                if (_writes.Count == number)
                {
                    _failing = write;
                }

                if (write != _failing || _failed == times)
                {
                    return StorageFault.None;
                }

                _failed++;
                return fault;
            }
        }

        public override string ToString() => $"write {number} ({_failing}) {fault} {times} times";
    }
}
