using FunctionsNotify.Testing;

namespace FunctionsNotify.App.Tests.Telemetry;

public sealed class LogTemplateTests
{
    [Fact]
    public void LogLines_OfADeliveryOrAMessage_NameThePayment()
    {
        var lines = LogTemplates.Of(
            typeof(AppServices).Assembly,
            typeof(Deliveries.Delivery).Assembly,
            typeof(Storage.StorageServices).Assembly,
            typeof(Operations.NotificationApi).Assembly,
            typeof(KeyVault.KeyVaultOptions).Assembly,
            typeof(AlipayPlus.AlipayPlusOptions).Assembly,
            typeof(FunctionsNotify.Telemetry.TelemetryNames).Assembly);

        Assert.True(lines.Count > 30, $"only {lines.Count} lines were found");
        Assert.Empty(LogTemplates.WithoutPayment(lines));
    }
}
