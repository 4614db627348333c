using FunctionsNotify.Testing;

namespace FunctionsNotify.LocalHost.Tests.Telemetry;

public sealed class LogTemplateTests
{
    // A message that could not be taken in was not read either: which payment it is of is not known.
    private static readonly string[] _notRead = ["FunctionsNotify.LocalHost.Logs.MessageNotTaken", "FunctionsNotify.LocalHost.Logs.MessagePoisoned"];

    [Fact]
    public void LogLines_OfADeliveryOrAMessage_NameThePayment()
    {
        var lines = LogTemplates.Of(typeof(LocalHostApp).Assembly);

        Assert.True(lines.Count > 15, $"only {lines.Count} lines were found");
        Assert.Equal(_notRead, LogTemplates.WithoutPayment(lines));
    }
}
