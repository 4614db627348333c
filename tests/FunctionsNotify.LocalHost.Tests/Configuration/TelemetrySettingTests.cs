using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class TelemetrySettingTests
{
    [Theory]
    [InlineData(null, null, TelemetryTarget.None)]
    [InlineData(null, "http://127.0.0.1:4317", TelemetryTarget.Otlp)]
    [InlineData("none", "http://127.0.0.1:4317", TelemetryTarget.None)]
    [InlineData("console", null, TelemetryTarget.Console)]
    [InlineData("console", "http://127.0.0.1:4317", TelemetryTarget.Console)]
    [InlineData("otlp", null, TelemetryTarget.Otlp)]
    public void Read_FlagAndOpenTelemetrysOwnSetting_GiveTheTarget(string? flag, string? endpoint, TelemetryTarget expected)
    {
        var (options, problems) = Read(flag, endpoint);

        Assert.Empty(problems);
        Assert.Equal(expected, options.Telemetry);
    }

    [Theory]
    [InlineData("everywhere", null, "LocalHost__Telemetry: must be none, console or otlp, is a text of 10 characters")]
    [InlineData("otlp", "secret", "OTEL_EXPORTER_OTLP_ENDPOINT: must be an http or https address, is a text of 6 characters")]
    public void Read_WrongValue_IsNamedAndNotShown(string? flag, string? endpoint, string expected) =>
        Assert.Equal(expected, Assert.Single(Read(flag, endpoint).Problems));

    [Fact]
    public void Read_CommandLine_HasTheFlag() => Assert.Equal("console", CommandLine.Read(["run", "--telemetry", "console"]).Settings["LocalHost:Telemetry"]);

    private static (LocalHostOptions Options, List<string> Problems) Read(string? flag, string? endpoint)
    {
        var problems = new List<string>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("LocalHost:Telemetry", flag),
            new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ]).Build();
        return (LocalHostOptions.Read(configuration, problems), problems);
    }
}
