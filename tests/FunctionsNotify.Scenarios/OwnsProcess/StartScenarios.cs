using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using FunctionsNotify.DevHost;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>What a host is started with: settings, and the output that is deployed.</summary>
[Trait("Category", "owns-process")]
public sealed class StartScenarios
{
    private static readonly HostPolicy Policy = HostPolicy.OfSeconds(1, 2);

    [OwnsProcessFact]
    public async Task Start_WrongSettings_EndsWithOneLineForEach()
    {
        await using var own = await Suite.PrepareHostAsync("wrong", Policy);
        KeyValuePair<string, string>[] wrong =
        [
            new(Setting.BaseUrl, "http://example.com"),
            new(Setting.ClientId, ""),
            new(Setting.PrivateKeyPath, "/nowhere/key.pem"),
            new(Setting.RetryDelays + "1", "00:00:00.5"),
            new(Setting.Jitter, "2"),
            new(Setting.OutcomesQueue, "Not_A_Queue"),
            new(Setting.Disabled("Deliver"), "true"),
            new("AzureWebJobs__SendAttempt__Disabled", "1"),
        ];
        own.Process.Start(wrong);
        Assert.InRange(await own.Process.ExitAsync(HostUnderTest.Patience), 1, 2);

        var lines = own.Process.Log.Split('\n');
        Assert.All(wrong, setting => Assert.Single(lines, line => line.StartsWith($"{setting.Key}:", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    [OwnsProcessFact]
    public async Task Start_SecretInTheWrongPlace_IsNotRepeated()
    {
        const string Secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";
        await using var own = await Suite.PrepareHostAsync("secret", Policy);
        KeyValuePair<string, string>[] wrong = [new(Setting.PrivateKey, Secret), new(Setting.RequestTimeout, Secret), new(Setting.SetupFloor, Secret)];
        own.Process.Start([new(Setting.PrivateKeyPath, ""), .. wrong]);
        Assert.InRange(await own.Process.ExitAsync(HostUnderTest.Patience), 1, 2);
        Assert.DoesNotContain(Secret, own.Process.Log, StringComparison.Ordinal);
        Assert.All(wrong, setting => Assert.Contains(setting.Key, own.Process.Log, StringComparison.Ordinal));
    }

    [OwnsProcessFact]
    public async Task Start_IntakeIsDisabled_LeavesTheMessageUntilItIsEnabled()
    {
        await using var own = await Suite.PrepareHostAsync("disabled", Policy);
        await own.StartAsync(new KeyValuePair<string, string>(Setting.Disabled("Intake"), "true"));
        var payment = Payment.Succeeded("disabled");
        var message = await own.Host.EnqueueAsync(payment);
        // The trigger looks every second.
        await Task.Delay(TimeSpan.FromSeconds(3));
        var waiting = await own.Host.PeekAsync();
        Assert.Equal((message, 0L), (waiting?.MessageId, waiting?.DequeueCount));
        Assert.Null(await own.Host.Api.FindAsync(payment.Id));

        Assert.Equal(0, await own.Process.StopAsync());
        await own.StartAsync();

        (await own.Host.EndAsync(payment)).Is("Delivered", sends: 1);
    }

    [OwnsProcessFact]
    public async Task Start_PublishedOutput_DeliversAPayment()
    {
        var folder = Directory.CreateTempSubdirectory("functions-notify-published-");
        try
        {
            await PublishAsync(folder.FullName);
            await using var own = await Suite.PrepareHostAsync("published", Policy);
            own.Process.App = folder.FullName;
            await own.StartAsync();
            (await own.Host.DeliverAsync(Payment.Succeeded("published"), ScriptStep.Success)).Is("Delivered", sends: 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What the host runs with is what the platform will load for this app.</summary>
    [OwnsProcessFact]
    public void Extensions_OfTheHost_AreTheOnesThatAreDeployed()
    {
        using var deployed = JsonDocument.Parse(File.ReadAllText(Path.Combine(HostProcess.AppFolder, "extensions.json")));
        var assemblies = deployed.RootElement.GetProperty("extensions").EnumerateArray()
            .Select(extension => extension.GetProperty("typeName").GetString()!.Split(',')[1].Trim())
            .Append("DurableTask.AzureStorage").Append("DurableTask.Core")
            .Distinct().ToList();
        Assert.Contains("Microsoft.Azure.WebJobs.Extensions.DurableTask", assemblies);

        var compared = assemblies.Where(assembly => File.Exists(Of(HostProcess.HostFolder, assembly))).ToList();
        Assert.All(compared, assembly => Assert.Equal(
            (assembly, Version(Path.Combine(HostProcess.AppFolder, ".azurefunctions"), assembly)), (assembly, Version(HostProcess.HostFolder, assembly))));
        Assert.Contains("Microsoft.Azure.WebJobs.Extensions.DurableTask", compared);
        Assert.Contains("Microsoft.Azure.WebJobs.Extensions.Storage.Queues", compared);
        Assert.Contains("DurableTask.AzureStorage", compared);

        static string Of(string folder, string assembly) => Path.Combine(folder, assembly + ".dll");
        static string? Version(string folder, string assembly) => FileVersionInfo.GetVersionInfo(Of(folder, assembly)).ProductVersion;
    }

    private static async Task PublishAsync(string folder)
    {
        var configuration = typeof(StartScenarios).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var project = Path.Combine(RepositoryRoot.Find(), "src", "FunctionsNotify.App");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "--no-build", "--configuration", configuration, "--output", folder, "--nologo"])
        {
            RedirectStandardOutput = true,
        })!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, said);
    }
}
