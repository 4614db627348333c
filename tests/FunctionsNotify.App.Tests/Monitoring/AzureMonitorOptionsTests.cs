using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class AzureMonitorOptionsTests
{
    private const string Connection = "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;LiveEndpoint=https://westeurope.livediagnostics.monitor.azure.com/";
    private const string Client = "66666666-7777-8888-9999-000000000000";

    [Theory]
    [InlineData(null, null, false, null)]
    [InlineData("", "Authorization=AAD", true, null)]
    [InlineData(Connection, null, false, null)]
    [InlineData(Connection, "Authorization=AAD", true, null)]
    [InlineData(Connection, "ClientId=" + Client + ";Authorization=AAD", true, Client)]
    [InlineData(Connection, " authorization = aad ; clientid = " + Client, true, Client)]
    [InlineData("InstrumentationKey=11111111-2222-3333-4444-555555555555", null, false, null)]
    [InlineData("InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=http://127.0.0.1:4318/", null, false, null)]
    public void Violations_SoundSettings_AreNone(string? connection, string? authentication, bool usesIdentity, string? clientId)
    {
        var options = Of(connection, authentication);

        Assert.Empty(options.Violations());
        Assert.Equal((usesIdentity, clientId), (options.UsesIdentity, options.ClientId));
    }

    [Theory]
    [InlineData("a secret", null, AzureMonitorOptions.ConnectionStringSetting)]
    [InlineData("InstrumentationKey=secret", null, AzureMonitorOptions.ConnectionStringSetting)]
    [InlineData("InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=http://secret.example", null, AzureMonitorOptions.ConnectionStringSetting)]
    [InlineData(Connection, "secret", AzureMonitorOptions.AuthenticationSetting)]
    [InlineData(Connection, "ClientId=" + Client, AzureMonitorOptions.AuthenticationSetting)]
    [InlineData(Connection, "Authorization=AAD;ClientId=secret", AzureMonitorOptions.AuthenticationSetting)]
    public void Violations_AWrongSetting_IsOneLineWithItsNameAndWithoutItsValue(string connection, string? authentication, string setting)
    {
        var line = Assert.Single(Of(connection, authentication).Violations());

        Assert.StartsWith(setting + ": ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
        Assert.DoesNotContain("11111111", line, StringComparison.Ordinal);
    }

    private static AzureMonitorOptions Of(string? connection, string? authentication) => AzureMonitorOptions.Of(new ConfigurationBuilder().AddInMemoryCollection(
    [
        new(AzureMonitorOptions.ConnectionStringSetting, connection),
        new(AzureMonitorOptions.AuthenticationSetting, authentication),
    ]).Build());
}
