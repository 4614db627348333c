namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class LogTemplateTests
{
    [Fact]
    public void LogLines_OfADeliveryOrAMessage_NameThePayment()
    {
        var lines = LogTemplates.Of(typeof(AppServices).Assembly, typeof(Delivery).Assembly, typeof(AlipayPlusOptions).Assembly);

        Assert.True(lines.Count > 30, $"only {lines.Count} lines were found");
        Assert.Empty(LogTemplates.WithoutPayment(lines));
    }
}
