using FunctionsNotify.DevHost;

namespace FunctionsNotify.Scenarios.DevHost;

/// <summary>The command line, and the settings as Core Tools reads them.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly DirectoryInfo _app = Directory.CreateTempSubdirectory("functions-notify-app-");

    public void Dispose() => _app.Delete(recursive: true);

    [Theory]
    [InlineData("serve", "serve: must be run, demo, services or help")]
    [InlineData("run --prot 80", "--prot: run takes --port, --app, --hosts, --data, --speed, --short-leases")]
    [InlineData("demo --data x", "--data: demo takes --port, --speed")]
    [InlineData("run --port", "--port: needs a value")]
    [InlineData("run --port 65536", "--port: must be a whole number from 0 to 65535, is 65536")]
    [InlineData("run --hosts=0", "--hosts: must be a whole number from 1 to 4, is 0")]
    [InlineData("demo --speed 0.5", "--speed: must be a number from 1 to 1000000, is 0.5")]
    public void CommandLine_Wrong_IsOneLineAndExitCode2(string line, string told)
    {
        var fault = Assert.Throws<DevHostException>(() => CommandLine.Read(line.Split(' ')));
        Assert.Equal([told], fault.Lines);
        Assert.Equal(2, fault.ExitCode);
    }

    [Fact]
    public void CommandLine_EveryFlag_IsRead()
    {
        var line = CommandLine.Read(["run", "--port", "7072", "--app", "/app", "--hosts=2", "--data=/data", "--speed", "60", "--short-leases"]);
        Assert.Equal(("run", 7072, "/app", 2, "/data", 60, true), (line.Command, line.Port!.Value, line.App, line.Hosts, line.Data, line.Speed!.Value, line.ShortLeases));
        Assert.Equal("run", CommandLine.Read([]).Command);
        Assert.Equal("help", CommandLine.Read(["demo", "--help"]).Command);
    }

    [Fact]
    public void Settings_OfEverySource_TheEnvironmentWinsAndTheSampleFillsUp()
    {
        AddOwnApp();
        WriteLocalSettings("""{ "IsEncrypted": false, /* as Core Tools allows */ "Values": { "TaskHub": "File", "AlipayPlus:ClientId": "file", "OutcomesQueue": "file" } }""");

        var settings = Read(("TaskHub", "Environment"), ("OutcomesQueue", ""));

        Assert.Equal("Environment", settings.Values["TaskHub"]);
        Assert.Equal("file", settings.Values["AlipayPlus__ClientId"]);
        Assert.Equal("file", settings.Values["OutcomesQueue"]);
        Assert.Equal("payment-notifications", settings.Values["NotificationsQueue"]);
        Assert.Equal("dotnet-isolated", settings.Added["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.DoesNotContain(settings.Values.Keys, name => name.StartsWith("Delivery__", StringComparison.Ordinal));
        Assert.False(settings.Has(AppSettings.Storage));
    }

    [Fact]
    public void Settings_OfAnotherApp_AreLeftAsTheyAre()
    {
        var settings = Read(("One", "1"));
        Assert.False(settings.NeedsSimulator());
        Assert.Equal(["AZURE_FUNCTIONS_ENVIRONMENT", "FUNCTIONS_WORKER_RUNTIME", "One"], settings.Values.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{ "IsEncrypted": true, "Values": {} }""", "local.settings.json: is encrypted; 'func settings decrypt' makes it readable")]
    [InlineData("""{ "Values": [] }""", "local.settings.json: is not as Core Tools writes it: ")]
    [InlineData("{", "local.settings.json: is not as Core Tools writes it: ")]
    public void LocalSettings_Unreadable_IsOneLine(string json, string told)
    {
        WriteLocalSettings(json);
        var line = Assert.Single(Assert.Throws<DevHostException>(() => Read()).Lines);
        Assert.StartsWith(told, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void NeedsSimulator_OnlyWithoutAnyOtherAlipayPlus()
    {
        AddOwnApp();
        Assert.True(Read(("AlipayPlus__RequestTimeout", "00:00:01")).NeedsSimulator());
        Assert.False(Read(("AlipayPlus__BaseUrl", "https://example.org"), ("AlipayPlus__ClientId", "1")).NeedsSimulator());
        foreach (var name in new[] { "AlipayPlus__ClientId", "KeyVault__Uri" })
        {
            var fault = Assert.Throws<DevHostException>(() => Read((name, "1")).NeedsSimulator());
            Assert.Equal([$"AlipayPlus__BaseUrl: is missing, but {name} is set; set it too, or to use the simulator set nothing of Alipay+ or the key vault"], fault.Lines);
        }
    }

    [Fact]
    public void PaymentsStorage_NotGiven_IsTheHostsInTheSameForm()
    {
        AddOwnApp();
        var settings = Read(("AzureWebJobsStorage__accountName", "one"), ("AzureWebJobsStorage__credential", "managedidentity"));
        settings.CompletePaymentsStorage();
        Assert.Equal(("one", "managedidentity"), (settings.Values["PaymentsStorage__accountName"], settings.Values["PaymentsStorage__credential"]));
    }

    [Fact]
    public void DivideDelays_DefaultsAndGiven_AreAllDivided()
    {
        AddOwnApp();
        var defaults = Read();
        defaults.DivideDelays(10);
        Assert.Equal(15, defaults.Schedule().Count);
        Assert.Equal((TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(36)), (defaults.Schedule()[0], defaults.Schedule()[^1]));
        Assert.Equal("00:00:03", defaults.Values["Delivery__SetupFloor"]);
        Assert.Equal("0.1", defaults.Values["Delivery__Jitter"]);

        var given = Read(("Delivery__RetryDelays__0", "00:00:02"), ("Delivery__RetryDelays__1", "00:00:04"), ("Delivery__SlowDownFloor", "00:00:08"));
        given.DivideDelays(2);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], given.Schedule());
        Assert.Equal("00:00:04", given.Values["Delivery__SlowDownFloor"]);
    }

    private AppSettings Read(params (string Name, string Value)[] environment) =>
        AppSettings.Read(_app.FullName, environment.ToDictionary(setting => setting.Name, setting => setting.Value));

    private void AddOwnApp() => File.WriteAllText(Path.Combine(_app.FullName, "FunctionsNotify.App.dll"), string.Empty);

    private void WriteLocalSettings(string json) => File.WriteAllText(Path.Combine(_app.FullName, "local.settings.json"), json);
}
