namespace FunctionsNotify.Scenarios.AnyHost;

[Trait("Category", "any-host")]
public sealed class MessageFormScenarios
{
    [Theory]
    [CombinatorialForms]
    public async Task Deliver_EveryForm_SendsTheNotificationsOwnBytes(bool inEnvelope, bool withByteOrderMark, bool inBase64)
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("form");
        var content = inEnvelope ? MessageForm.Envelope(payment.Body) : MessageForm.Bare(payment.Body);
        content = withByteOrderMark ? MessageForm.WithByteOrderMark(content) : content;
        await host.EnqueueAsync(inBase64 ? MessageForm.Base64(content) : MessageForm.Raw(content));
        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
    }

    private sealed class CombinatorialFormsAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from number in Enumerable.Range(0, 8)
            select new object[] { (number & 1) != 0, (number & 2) != 0, (number & 4) != 0 };
    }
}
