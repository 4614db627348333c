using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>Messages for one payment that come at the same time: one delivery, whatever comes first.</summary>
[Trait("Category", "any-host")]
public sealed class RaceScenarios
{
    private const int Rounds = 200;
    private const int Copies = 1_000;
    private const int Producers = 8;

    private static readonly TimeSpan Patience = 2 * HostUnderTest.Patience;

    [Fact]
    public async Task Deliver_TwoContradictingMessagesAtOnce_DeliversOneAndKeepsTheOther()
    {
        var host = await Suite.HostAsync();
        var rounds = new List<(Payment First, Payment Second, string[] Messages)>(Rounds);
        for (var round = 0; round < Rounds; round++)
        {
            var first = Payment.Succeeded("race");
            var second = first.Contradicted();
            using var barrier = new Barrier(2);
            rounds.Add((first, second, await Task.WhenAll(AtBarrier(host, barrier, first), AtBarrier(host, barrier, second))));
        }

        foreach (var (first, second, messages) in rounds)
        {
            await host.Outcomes.DeliveryAsync(first.Id, Patience);
            var refused = await FirstAsync(host, messages);
            var sent = Array.IndexOf(messages, refused.MessageId) == 0 ? second : first;
            (await host.EndAsync(sent, Patience)).Is("Delivered", sends: 1);
            Assert.Equal(("message", "Conflict", first.Id), (refused.Kind, refused.State, refused.PaymentId));
        }

        // Counted at the end, when a second one would have come.
        Assert.All(rounds, round => Assert.Single(round.Messages.SelectMany(host.Outcomes.Messages).Select(outcome => outcome.MessageId).Distinct()));
    }

    [Fact]
    public async Task Deliver_ThousandCopiesFromEightProducers_DeliversOnce()
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("copies");
        await host.ScriptAsync(payment, ScriptStep.Success);
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => Task.Run(async () =>
        {
            for (var copy = 0; copy < Copies / Producers; copy++)
            {
                await host.EnqueueAsync(payment);
            }
        })));
        await host.TakenInAsync();

        var delivered = await host.EndAsync(payment, Patience);
        delivered.Is("Delivered", sends: 1);
        Assert.InRange(delivered.Answer.Duplicates, 1, Copies - 1);
    }

    private static Task<string> AtBarrier(HostUnderTest host, Barrier barrier, Payment payment) => Task.Factory.StartNew(
        () =>
        {
            barrier.SignalAndWait();
            return host.EnqueueAsync(payment);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default).Unwrap();

    private static async Task<Outcome> FirstAsync(HostUnderTest host, string[] messages) =>
        await await Task.WhenAny(messages.Select(message => host.Outcomes.MessageAsync(message, Patience)));
}
