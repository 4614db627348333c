using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.AnyHost;

[Trait("Category", "any-host")]
public sealed class RepeatedMessageScenarios
{
    [Fact]
    public async Task Deliver_DuplicateAfterTheEnd_SendsNothingAndHasNoOutcome()
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("duplicate");
        (await host.DeliverAsync(payment, ScriptStep.Success)).Is("Delivered", sends: 1);

        var again = await host.EnqueueAsync(payment);
        var rewritten = await host.EnqueueAsync(payment.Rewritten());
        await CountedAsync(host, payment, 2);

        Assert.Empty(host.Outcomes.Messages(again));
        Assert.Empty(host.Outcomes.Messages(rewritten));
        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
    }

    [Fact]
    public async Task Deliver_DuplicateWhileOpen_ChangesNothing()
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("duplicate-open");
        await host.ScriptAsync(payment, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        await host.EnqueueAsync(payment);
        await host.Api.WaitAsync(payment.Id, answer => answer.Delivery is { AttemptCount: >= 1 }, HostUnderTest.Patience, "to be tried once");

        var again = await host.EnqueueAsync(payment);
        await CountedAsync(host, payment, 1);

        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 4);
        Assert.Empty(host.Outcomes.Messages(again));
    }

    [Fact]
    public async Task Deliver_SameMessageManyTimesAtOnce_SendsOnce()
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("duplicates-at-once");
        await host.ScriptAsync(payment, ScriptStep.Success);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.EnqueueAsync(payment)));
        await host.TakenInAsync();

        var delivered = await host.EndAsync(payment, HostUnderTest.Patience);
        delivered.Is("Delivered", sends: 1);
        // A host may lose counts of duplicates that come at the same time; it never loses the payment's claim.
        Assert.InRange(delivered.Answer.Duplicates, 1, 19);
    }

    [Fact]
    public async Task Deliver_ContradictionAfterTheEnd_IsQuarantinedAndNeverSent()
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("conflict");
        (await host.DeliverAsync(payment, ScriptStep.Success)).Is("Delivered", sends: 1);

        await ConflictsAsync(host, payment);

        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
    }

    [Fact]
    public async Task Deliver_ContradictionWhileOpen_LeavesTheDeliveryAsItWas()
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("conflict-open");
        await host.ScriptAsync(payment, ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success);
        await host.EnqueueAsync(payment);
        await host.Api.WaitAsync(payment.Id, answer => answer.Delivery is { AttemptCount: >= 1 }, HostUnderTest.Patience, "to be tried once");

        await ConflictsAsync(host, payment);

        // That every request holds the first body is among what Is asserts.
        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 4);
    }

    private static async Task ConflictsAsync(HostUnderTest host, Payment payment)
    {
        var other = payment.Contradicted();
        var message = await host.EnqueueAsync(other);
        var outcome = await host.Outcomes.MessageAsync(message, HostUnderTest.Patience);
        Assert.Equal(("message", "Conflict", payment.Id), (outcome.Kind, outcome.State, outcome.PaymentId));
        Assert.Single(outcome.Reasons);
        var kept = await host.QuarantinedAsync(outcome);
        Assert.Equal(("Conflict", "Waiting", message, payment.Id), (kept.State, kept.Status, kept.MessageId, kept.PaymentId));
        Assert.Equal(other.Body, kept.Content);
    }

    private static Task<NotificationAnswer> CountedAsync(HostUnderTest host, Payment payment, int duplicates) =>
        host.Api.WaitAsync(payment.Id, answer => answer.Duplicates == duplicates, HostUnderTest.Patience, $"to count {duplicates} duplicates");
}
