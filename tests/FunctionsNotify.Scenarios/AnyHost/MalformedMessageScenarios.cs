using System.Text;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>What cannot become a delivery is kept byte for byte, with every reason, and the payment backends are told.</summary>
[Trait("Category", "any-host")]
public sealed class MalformedMessageScenarios
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
        var host = await Suite.HostAsync();
        var paymentId = Payment.NewId("malformed");
        var text = template.Replace("ID", paymentId, StringComparison.Ordinal);
        var message = await host.EnqueueAsync(text);

        var outcome = await host.Outcomes.MessageAsync(message, HostUnderTest.Patience);
        Assert.Equal(("message", "Invalid"), (outcome.Kind, outcome.State));
        Assert.All(fields, field => Assert.Contains(outcome.Reasons, reason => reason.Field == field && reason.Severity == "Refuse"));
        Assert.True(fields.Length == outcome.Reasons.Count(reason => reason.Severity == "Refuse"), $"{kind}: {string.Join("; ", outcome.Reasons)}");

        var kept = await host.QuarantinedAsync(outcome);
        Assert.Equal(Encoding.UTF8.GetBytes(text), kept.Content);
        Assert.Equal(("Invalid", "Waiting", message), (kept.State, kept.Status, kept.MessageId));
        Assert.Equal(outcome.Reasons, kept.Reasons);
        Assert.Equal(outcome.PaymentId, kept.PaymentId);

        Assert.Null(await host.Api.FindAsync(paymentId));
        Assert.Empty(await host.ReceivedAsync(paymentId));
        Assert.Single(host.Outcomes.Messages(message));
    }

    [Fact]
    public async Task Intake_MalformedMessageAmongOthers_HoldsNoneOfThemUp()
    {
        var host = await Suite.HostAsync();
        var payments = Enumerable.Range(0, 20).Select(_ => Payment.Succeeded("beside-malformed")).ToList();
        var messages = await Task.WhenAll(payments.SelectMany(payment => new[] { host.EnqueueAsync(payment), host.EnqueueAsync($"{{\"paymentId\":\"{payment.Id}-bad\"") })
            .ToList());
        foreach (var payment in payments)
        {
            (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
        }

        foreach (var message in messages.Where((_, index) => index % 2 == 1))
        {
            Assert.Equal("Invalid", (await host.Outcomes.MessageAsync(message, HostUnderTest.Patience)).State);
        }
    }
}
