using System.Reflection;
using System.Text;
using FunctionsNotify.Simulator;
using Xunit.Sdk;

namespace FunctionsNotify.Scenarios.AnyHost;

public sealed class MessageFormScenarios : SharedHostScenarios
{
    [Theory]
    [EveryForm]
    public async Task Deliver_EveryForm_SendsTheNotificationsOwnBytes(bool inEnvelope, bool withByteOrderMark, bool inBase64)
    {
        var payment = Payment.Succeeded("form");
        var content = inEnvelope ? MessageForm.Envelope(payment.Body) : payment.Body;
        content = withByteOrderMark ? MessageForm.WithByteOrderMark(content) : content;
        await Host.EnqueueAsync(inBase64 ? MessageForm.Base64(content) : MessageForm.Raw(content));
        (await Host.EndAsync(payment)).Is("Delivered", sends: 1);
    }

    private sealed class EveryFormAttribute : DataAttribute
    {
        public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
            from number in Enumerable.Range(0, 8)
            select new object[] { (number & 1) != 0, (number & 2) != 0, (number & 4) != 0 };
    }
}

/// <summary>What cannot become a delivery is kept byte for byte, with every reason, and the payment backends are told.</summary>
public sealed class MalformedMessageScenarios : SharedHostScenarios
{
    [Theory]
    [InlineData("not JSON", "hello", "$")]
    [InlineData("broken off", """{"paymentId":"ID","paymentResult":{""", "$")]
    [InlineData("trailing comma, as the guide's own sample has", """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"ID",}""", "$")]
    [InlineData("array", """["ID"]""", "$")]
    [InlineData("base64 of nothing known", "AAECAwQFBgcICQ==", "$")]
    [InlineData("no result", """{"paymentId":"ID"}""", "paymentResult")]
    [InlineData("U", """{"paymentResult":{"resultStatus":"U","resultCode":"X"},"paymentId":"ID"}""", "paymentResult.resultStatus")]
    [InlineData("empty field", """{"paymentResult":{"resultStatus":"F","resultCode":"X","resultMessage":""},"paymentId":"ID"}""", "paymentResult.resultMessage")]
    [InlineData("number", """{"paymentResult":{"resultStatus":"F","resultCode":"X"},"paymentId":"ID","amount":20}""", "amount")]
    [InlineData("field given twice", """{"paymentResult":{"resultStatus":"F","resultCode":"X"},"paymentId":"ID","paymentId":"ID"}""", "paymentId")]
    [InlineData("unknown envelope version", """{"functionsNotify":2,"notification":{"paymentResult":{"resultStatus":"F","resultCode":"X"},"paymentId":"ID"}}""", "envelope.functionsNotify")]
    [InlineData("foreign member in the envelope", """{"functionsNotify":1,"paymentTime":"x","notification":{"paymentResult":{"resultStatus":"F","resultCode":"X"},"paymentId":"ID"}}""", "envelope.paymentTime")]
    [InlineData("several faults", """{"paymentResult":{"resultStatus":"S","resultCode":"X"},"paymentId":"ID","paymentTime":"noon"}""", "paymentResult.resultCode", "paymentRequestId", "paymentTime")]
    public async Task Intake_MalformedMessage_IsQuarantinedWithItsBytesAndEveryReason(string kind, string template, params string[] fields)
    {
        var paymentId = Payment.NewId("malformed");
        var text = template.Replace("ID", paymentId, StringComparison.Ordinal);
        var message = await Host.EnqueueAsync(text);

        var outcome = await Host.Outcomes.MessageAsync(message);
        Assert.Equal(("message", "Invalid"), (outcome.Kind, outcome.State));
        Assert.All(fields, field => Assert.Contains(outcome.Reasons, reason => reason.Field == field && reason.Severity == "Refuse"));
        Assert.True(fields.Length == outcome.Reasons.Count(reason => reason.Severity == "Refuse"), $"{kind}: {string.Join("; ", outcome.Reasons)}");

        var kept = await Host.QuarantinedAsync(outcome);
        Assert.Equal(Encoding.UTF8.GetBytes(text), kept.Content);
        Assert.Equal(("Invalid", "Waiting", message), (kept.State, kept.Status, kept.MessageId));
        Assert.Equal(outcome.Reasons, kept.Reasons);
        Assert.Equal(outcome.PaymentId, kept.PaymentId);

        Assert.Null(await Host.Api.FindAsync(paymentId));
        Assert.Empty(await Host.ReceivedAsync(paymentId));
        Assert.Single(Host.Outcomes.Messages(message));
    }

    [Fact]
    public async Task Intake_MalformedMessageAmongOthers_HoldsNoneOfThemUp()
    {
        var payments = Enumerable.Range(0, 20).Select(_ => Payment.Succeeded("beside-malformed")).ToList();
        var malformed = new List<string>();
        foreach (var payment in payments)
        {
            await Host.EnqueueAsync(payment);
            malformed.Add(await Host.EnqueueAsync($"{{\"paymentId\":\"{payment.Id}-bad\""));
        }

        foreach (var payment in payments)
        {
            (await Host.EndAsync(payment)).Is("Delivered", sends: 1);
        }

        foreach (var message in malformed)
        {
            Assert.Equal("Invalid", (await Host.Outcomes.MessageAsync(message)).State);
        }
    }
}

public sealed class RepeatedMessageScenarios : SharedHostScenarios
{
    private static readonly ScriptStep[] FourthTime = [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success];

    [Fact]
    public async Task Deliver_DuplicateAfterTheEnd_SendsNothingAndHasNoOutcome()
    {
        var payment = Payment.Succeeded("duplicate");
        (await Host.DeliverAsync(payment, ScriptStep.Success)).Is("Delivered", sends: 1);

        string[] again = [await Host.EnqueueAsync(payment), await Host.EnqueueAsync(payment.Rewritten())];
        await CountedAsync(payment, 2);

        Assert.All(again, message => Assert.Empty(Host.Outcomes.Messages(message)));
        (await Host.EndAsync(payment)).Is("Delivered", sends: 1);
    }

    [Fact]
    public async Task Deliver_DuplicateWhileOpen_ChangesNothing()
    {
        var payment = await TriedOnceAsync("duplicate-open");

        var again = await Host.EnqueueAsync(payment);
        await CountedAsync(payment, 1);

        (await Host.EndAsync(payment)).Is("Delivered", sends: 4);
        Assert.Empty(Host.Outcomes.Messages(again));
    }

    [Fact]
    public async Task Deliver_SameMessageManyTimesAtOnce_SendsOnce()
    {
        var payment = Payment.Succeeded("duplicates-at-once");
        await Host.ScriptAsync(payment, ScriptStep.Success);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Host.EnqueueAsync(payment)));
        await Host.TakenInAsync();

        var delivered = await Host.EndAsync(payment);
        delivered.Is("Delivered", sends: 1);
        // A host may lose counts of duplicates that come at the same time; it never loses the payment's claim.
        Assert.InRange(delivered.Answer.Duplicates, 1, 19);
    }

    [Fact]
    public async Task Deliver_ContradictionAfterTheEnd_IsQuarantinedAndNeverSent()
    {
        var payment = Payment.Succeeded("conflict");
        (await Host.DeliverAsync(payment, ScriptStep.Success)).Is("Delivered", sends: 1);

        await ConflictsAsync(payment);

        (await Host.EndAsync(payment)).Is("Delivered", sends: 1);
    }

    [Fact]
    public async Task Deliver_ContradictionWhileOpen_LeavesTheDeliveryAsItWas()
    {
        var payment = await TriedOnceAsync("conflict-open");

        await ConflictsAsync(payment);

        // That every request holds the first body is among what Is asserts.
        (await Host.EndAsync(payment)).Is("Delivered", sends: 4);
    }

    private async Task<Payment> TriedOnceAsync(string scenario)
    {
        var payment = Payment.Succeeded(scenario);
        await Host.ScriptAsync(payment, FourthTime);
        await Host.EnqueueAsync(payment);
        await Host.Api.WaitAsync(payment.Id, answer => answer.Delivery is { AttemptCount: >= 1 }, HostUnderTest.Patience, "to be tried once");
        return payment;
    }

    private async Task ConflictsAsync(Payment payment)
    {
        var other = payment.Contradicted();
        var message = await Host.EnqueueAsync(other);
        var outcome = await Host.Outcomes.MessageAsync(message);
        Assert.Equal(("message", "Conflict", payment.Id), (outcome.Kind, outcome.State, outcome.PaymentId));
        Assert.Single(outcome.Reasons);
        var kept = await Host.QuarantinedAsync(outcome);
        Assert.Equal(("Conflict", "Waiting", message, payment.Id), (kept.State, kept.Status, kept.MessageId, kept.PaymentId));
        Assert.Equal(other.Body, kept.Content);
    }

    private Task<NotificationAnswer> CountedAsync(Payment payment, int duplicates) =>
        Host.Api.WaitAsync(payment.Id, answer => answer.Duplicates == duplicates, HostUnderTest.Patience, $"to count {duplicates} duplicates");
}

/// <summary>Messages for one payment that come at the same time: one delivery, whatever comes first.</summary>
public sealed class RaceScenarios : SharedHostScenarios
{
    private const int Rounds = 200;
    private const int Copies = 1_000;
    private const int Producers = 8;

    private static readonly TimeSpan Patience = 2 * HostUnderTest.Patience;

    [Fact]
    public async Task Deliver_TwoContradictingMessagesAtOnce_DeliversOneAndKeepsTheOther()
    {
        var rounds = new List<(Payment First, Payment Second, string[] Messages)>(Rounds);
        for (var round = 0; round < Rounds; round++)
        {
            var first = Payment.Succeeded("race");
            var second = first.Contradicted();
            rounds.Add((first, second, await Task.WhenAll(Task.Run(() => Host.EnqueueAsync(first)), Task.Run(() => Host.EnqueueAsync(second)))));
        }

        foreach (var (first, second, messages) in rounds)
        {
            await Host.Outcomes.DeliveryAsync(first.Id, Patience);
            var refused = await await Task.WhenAny(messages.Select(Host.Outcomes.MessageAsync));
            var sent = Array.IndexOf(messages, refused.MessageId) == 0 ? second : first;
            (await Host.EndAsync(sent, Patience)).Is("Delivered", sends: 1);
            Assert.Equal(("message", "Conflict", first.Id), (refused.Kind, refused.State, refused.PaymentId));
        }

        // Counted at the end, when a second one would have come.
        Assert.All(rounds, round => Assert.Single(round.Messages.SelectMany(Host.Outcomes.Messages).Select(outcome => outcome.MessageId).Distinct()));
    }

    [Fact]
    public async Task Deliver_ThousandCopiesFromEightProducers_DeliversOnce()
    {
        var payment = Payment.Succeeded("copies");
        await Host.ScriptAsync(payment, ScriptStep.Success);
        await Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => Task.Run(async () =>
        {
            for (var copy = 0; copy < Copies / Producers; copy++)
            {
                await Host.EnqueueAsync(payment);
            }
        })));
        await Host.TakenInAsync();

        var delivered = await Host.EndAsync(payment, Patience);
        delivered.Is("Delivered", sends: 1);
        Assert.InRange(delivered.Answer.Duplicates, 1, Copies - 1);
    }
}
