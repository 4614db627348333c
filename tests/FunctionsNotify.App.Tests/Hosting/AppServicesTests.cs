using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App.Tests.Hosting;

public sealed class AppServicesTests
{
    private static readonly string Vectors = Path.Combine(RepositoryFiles.Root, "tests", "vectors");

    internal static readonly Dictionary<string, string?> Sound = new()
    {
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["PaymentsStorage"] = "UseDevelopmentStorage=true",
        ["NotificationsQueue"] = "payment-notifications",
        ["AlipayPlus:BaseUrl"] = "http://127.0.0.1:5180",
        ["AlipayPlus:ClientId"] = "SANDBOX_CLIENT_ID",
        ["AlipayPlus:KeyVersion"] = "1",
        ["AlipayPlus:PrivateKeyPath"] = Path.Combine(Vectors, "rfc9500-testrsa2048.pkcs8.pem"),
        ["AlipayPlus:PublicKeys:1"] = File.ReadAllText(Path.Combine(Vectors, "rfc9500-testrsa2048.spki.pem")),
    };

    [Fact]
    public void AddNotificationApp_SoundSettings_MakesEveryFunction()
    {
        using var services = Build(Sound);
        var functions = typeof(AppServices).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.GetCustomAttribute<FunctionAttribute>() is not null))
            .Select(type => ActivatorUtilities.CreateInstance(services, type))
            .ToList();

        Assert.Equal(10, functions.Count);
    }

    [Fact]
    public void AddNotificationApp_SoundSettings_PassTheCheckAtStart()
    {
        using var services = Build(Sound);

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Contains(services.GetServices<IHostedService>(), service => service is StorageStart);
    }

    [Fact]
    public void AddNotificationApp_KeyInAVault_NeedsNoPrivateKeyAndTheVaultSigns()
    {
        using var pem = Build(Sound);
        using var vault = Build(new Dictionary<string, string?>(Sound)
        {
            ["AlipayPlus:PrivateKeyPath"] = "",
            ["KeyVault:Uri"] = "https://name.vault.azure.net",
            ["KeyVault:KeyName"] = "notify-signing",
            ["KeyVault:KeyVersion"] = "9885aa558e8d448789683188f8c194b0",
        });

        vault.GetRequiredService<IStartupValidator>().Validate();

        Assert.IsType<PemRequestSigner>(pem.GetRequiredService<IRequestSigner>());
        Assert.Equal("KeyVaultRequestSigner", vault.GetRequiredService<IRequestSigner>().GetType().Name);
    }

    [Fact]
    public void AddNotificationApp_KeyInAVaultAndPrivateKey_NamesBoth()
    {
        using var services = Build(new Dictionary<string, string?>(Sound) { ["KeyVault:Uri"] = "https://name.vault.azure.net", ["KeyVault:KeyName"] = "notify-signing" });

        var lines = StartFaults.Of(Record.Exception(services.GetRequiredService<IStartupValidator>().Validate)!);

        Assert.Contains(lines, line => line.StartsWith("AlipayPlus__PrivateKeyPath: must not be set beside KeyVault__Uri", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("KeyVault__KeyVersion: is missing", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public void AddNotificationApp_SeveralWrongSettings_GiveOneLineEach()
    {
        using var services = Build(new Dictionary<string, string?>(Sound)
        {
            ["AlipayPlus:BaseUrl"] = "http://example.com",
            ["AlipayPlus:ClientId"] = null,
            ["Delivery:RetryDelays:0"] = "00:00:30",
            ["Delivery:Jitter"] = "2",
            ["Overload:BreakerFailureShare"] = "0",
            ["NotificationsQueue"] = "Not A Queue",
            ["Storage:Table"] = "1",
        });

        var fault = Record.Exception(services.GetRequiredService<IStartupValidator>().Validate);
        var lines = StartFaults.Of(fault!);

        foreach (var name in new[] { "AlipayPlus__BaseUrl", "AlipayPlus__ClientId", "Delivery__RetryDelays__0", "Delivery__Jitter", "Overload__BreakerFailureShare", "NotificationsQueue", "Storage__Table" })
        {
            Assert.Single(lines, line => line.StartsWith(name, StringComparison.Ordinal));
        }

        Assert.Equal(7, lines.Count);
    }

    [Theory]
    [InlineData("AzureWebJobs.Deliver.Disabled", "true", "AzureWebJobs.Deliver.Disabled")]
    [InlineData("AzureWebJobs:SendAttempt:Disabled", "1", "AzureWebJobs__SendAttempt__Disabled")]
    [InlineData("AzureWebJobs_RecordOutcome_Disabled", "True", "AzureWebJobs_RecordOutcome_Disabled")]
    public void AddNotificationApp_DurableFunctionDisabled_NamesItAndHowToPause(string setting, string value, string name)
    {
        using var services = Build(new Dictionary<string, string?>(Sound) { [setting] = value });

        var line = Assert.Single(StartFaults.Of(Record.Exception(services.GetRequiredService<IStartupValidator>().Validate)!));

        Assert.StartsWith(name + ": must not be set", line, StringComparison.Ordinal);
        Assert.Contains("notify pause", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AzureWebJobs.Deliver.Disabled", "false")]
    [InlineData("AzureWebJobs.Deliver.Disabled", "")]
    [InlineData("AzureWebJobs.Intake.Disabled", "true")]
    [InlineData("AzureWebJobs:Maintain:Disabled", "1")]
    public void AddNotificationApp_OtherFunctionDisabledOrNoneAtAll_Starts(string setting, string value)
    {
        using var services = Build(new Dictionary<string, string?>(Sound) { [setting] = value });

        services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public void AddNotificationApp_EntraWithoutPlatformAuthentication_ShutsOperatorsOutAndStartsAnyway()
    {
        using var services = Build(new Dictionary<string, string?>(Sound) { ["Operations:Authentication"] = "entra" });

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.NotNull(services.GetRequiredService<OperatorAccess>().Refuse(new DefaultHttpContext().Request, OperatorRole.Reader, out _));
    }

    [Fact]
    public void AddNotificationApp_WithoutWhatTheTriggerReads_NamesBothSettings()
    {
        using var services = Build(Sound.Where(setting => setting.Key is not ("PaymentsStorage" or "NotificationsQueue")).ToDictionary());

        var lines = StartFaults.Of(Record.Exception(services.GetRequiredService<IStartupValidator>().Validate)!);

        Assert.Equal(
            [
                "NotificationsQueue: is required by the intake's trigger: the name of the queue (found nothing)",
                "PaymentsStorage: is required by the intake's trigger: the queue's account, in the forms of AzureWebJobsStorage (found nothing)",
            ],
            lines);
    }

    [Fact]
    public void AddNotificationApp_AValueThatDoesNotConvert_IsNamed()
    {
        using var services = Build(new Dictionary<string, string?>(Sound) { ["Delivery:Jitter"] = "many" });

        var lines = StartFaults.Of(Record.Exception(services.GetRequiredService<IStartupValidator>().Validate)!);

        Assert.Equal("Delivery__Jitter: must be a number (found string of 4 characters)", Assert.Single(lines));
    }

    [Fact]
    public void AddNotificationApp_TheSampleSettings_PassTheCheckAtStart()
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "local.settings.sample.json")))!["Values"]!.AsObject()
            .ToDictionary(member => member.Key.Replace("__", ":", StringComparison.Ordinal), member => (string?)member.Value);
        // Only the keys are made on the machine.
        sample["AlipayPlus:PrivateKeyPath"] = Sound["AlipayPlus:PrivateKeyPath"];
        sample["AlipayPlus:PublicKeys:1"] = Sound["AlipayPlus:PublicKeys:1"];
        sample["AlipayPlus:PublicKeysPath"] = null;
        using var services = Build(sample);

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal(new DeliveryPolicy().RetryDelays.ToArray(), services.GetRequiredService<DeliveryPolicy>().RetryDelays.ToArray());
    }

    [Fact]
    public void StartFaults_UnreachableStorage_IsOneLine() =>
        Assert.Equal(["no storage"], StartFaults.Of(new StartException("no storage", new IOException())));

    [Fact]
    public void StartFaults_AnythingElse_IsNoneSoThatItIsSeenWhole()
    {
        Assert.Empty(StartFaults.Of(new IOException()));
        Assert.Empty(StartFaults.Of(new AggregateException()));
        Assert.Empty(StartFaults.Of(new AggregateException(new OptionsValidationException("n", typeof(DeliveryPolicy), ["wrong"]), new IOException())));
    }

    internal static ServiceProvider Build(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddLogging()
        .AddNotificationApp(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
