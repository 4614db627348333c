using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FunctionsNotify.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.Infra.Tests.Templates;

// What the app asks its configuration for, what docs/deployment.md names and what the template sets are one list.
[Collection(Compilation.Name)]
public sealed partial class AppSettingTests(CompiledInfra infra)
{
    // Never set by this template, with the reason.
    private static readonly Dictionary<string, string> NeverDeployed = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AlipayPlus__PrivateKey"] = "the key is in the vault",
        ["AlipayPlus__PrivateKeyPath"] = "the key is in the vault",
        ["AlipayPlus__AgentToken"] = "a secret, and few need it: a Key Vault reference among appSettings",
        ["AlipayPlus__PublicKeysPath"] = "the keys are settings",
        ["AlipayPlus__KeyExpiresOn"] = "the vault knows the key's end",
        ["WEBSITE_AUTH_ENABLED"] = "the platform sets it",
    };

    // Connections are told by their own forms: an account or the queues' address, and the identity.
    private static readonly string[] Connections = ["AzureWebJobsStorage", "PaymentsStorage"];

    private static readonly IReadOnlyList<string> Asked = AskedByTheApp();

    [Fact]
    public void Document_NamesTheSettingsThatTheCodeAsksForAndNoOther() => Assert.Equal(
        Asked.Where(name => !IsConnection(name)).Except(["WEBSITE_AUTH_ENABLED"]).Order(StringComparer.OrdinalIgnoreCase),
        NamedByTheDocument().Where(name => !IsConnection(name)).Order(StringComparer.OrdinalIgnoreCase));

    // What it does not set has a default, which the document tells, and may be set by the parameter appSettings.
    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Template_SetsOnlyWhatTheCodeAsksForAndAllThatHasNoDefault(string variant)
    {
        var set = infra.Expanded(variant).AppSettings.Keys.Select(Normal).ToList();

        Assert.DoesNotContain(set.Except(Asked, StringComparer.OrdinalIgnoreCase), name => !IsConnection(name));
        Assert.Empty(set.Intersect(NeverDeployed.Keys, StringComparer.OrdinalIgnoreCase));
        Assert.Empty(WithoutDefault().Except(NeverDeployed.Keys, StringComparer.OrdinalIgnoreCase).Except(set, StringComparer.OrdinalIgnoreCase));
    }

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Connections_NameTheIdentityAndNoKey(string variant)
    {
        var settings = infra.Expanded(variant).AppSettings;

        Assert.Equal(
            ["AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential", "PaymentsStorage__clientId", "PaymentsStorage__credential", "PaymentsStorage__queueServiceUri"],
            settings.Keys.Where(IsConnection).Order(StringComparer.Ordinal));
        Assert.All(Connections, connection => Assert.Equal("managedidentity", settings[connection + "__credential"]));
    }

    // The account, hub and key of an app in a lost region, and nothing else: the identity stays the new app's own.
    [BicepFact]
    public void TakeOver_AsTheDocumentSaysIt_UsesTheOldAccountHubAndKey()
    {
        var (own, old) = (infra.Expanded(Variant.Prod).AppSettings, infra.Expanded(Variant.TakeOver).AppSettings);

        Assert.Equal(own.Keys.Order(StringComparer.Ordinal), old.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["AzureWebJobsStorage__accountName=OLD_ACCOUNT", "KeyVault__KeyVersion=OLD_KEY_VERSION", "KeyVault__Uri=https://OLD_VAULT.vault.azure.net", "PaymentsStorage__queueServiceUri=https://OLD_ACCOUNT.queue.core.windows.net", "TaskHub=OLD_HUB"],
            old.Except(own).Select(setting => $"{setting.Key}={setting.Value}").Order(StringComparer.Ordinal));
    }

    // The version is the deployment's own: one `azd up` ends with an app that signs.
    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void SigningKey_VersionIsTheOneThatTheDeploymentMade(string variant)
    {
        var settings = infra.Expanded(variant).AppSettings;

        Assert.Matches(@"last\(split\(reference\(.*outputs\.keyUris\.value\[0\], '/'\)\)", settings["KeyVault__KeyVersion"]);
        Assert.Equal(("notify-signing-1", "2"), (settings["KeyVault__KeyName"], settings["AlipayPlus__KeyVersion"]));
    }

    // The host's scale controller resolves flat names only.
    [Fact]
    public void Trigger_OfTheIntake_ReadsAFlatSetting()
    {
        var attribute = typeof(TelemetryNames).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters())
            .SelectMany(parameter => parameter.GetCustomAttributesData()).Single(data => data.AttributeType.Name == "QueueTriggerAttribute");

        Assert.Equal("%NotificationsQueue%", attribute.ConstructorArguments[0].Value);
    }

    private static bool IsConnection(string name) => Connections.Any(connection => name == connection || name.StartsWith(connection + "__", StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<string> AskedByTheApp()
    {
        var asked = new AskedSettings();
        using var services = new ServiceCollection().AddLogging().AddNotificationApp(new ConfigurationBuilder().Add(asked).Build()).BuildServiceProvider();
        Record.Exception(services.GetRequiredService<IStartupValidator>().Validate);
        _ = services.GetRequiredService<OperatorAccess>();
        var hub = ((string)JsonNode.Parse(Repository.Read("host.json"))!["extensions"]!["durableTask"]!["hubName"]!).Trim('%');
        // The platform's own switches are looked at only to be refused (docs/operations.md).
        return [.. asked.Names.Where(name => !name.EndsWith("_Disabled", StringComparison.Ordinal)).Append(hub).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static IEnumerable<string[]> Rows() => SettingsTable().Match(Repository.Read("docs/deployment.md")).Groups["rows"].Value
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split('|', StringSplitOptions.TrimEntries));

    private static IEnumerable<string> NamedByTheDocument() => Rows().SelectMany(row => Names(row[1])).Distinct(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> WithoutDefault() => Rows().Where(row => row[2].Length == 0).SelectMany(row => Names(row[1])).Where(name => !IsConnection(name));

    // `Overload__BreakerWindow`, `…BreakerPause`: the dots stand for the section.
    private static IEnumerable<string> Names(string cell)
    {
        var names = Code().Matches(cell).Select(match => match.Groups[1].Value).ToList();
        return names.Select(name => Normal(name[0] == '…' ? names[0][..(names[0].IndexOf("__", StringComparison.Ordinal) + 2)] + name[1..] : name));
    }

    // Without a list's index or a map's key.
    private static string Normal(string name) => name switch
    {
        _ when name.StartsWith("Delivery__RetryDelays__", StringComparison.Ordinal) => "Delivery__RetryDelays__0",
        _ when name.StartsWith("AlipayPlus__PublicKeys__", StringComparison.Ordinal) => "AlipayPlus__PublicKeys__*",
        _ => name,
    };

    [GeneratedRegex(@"^\| setting \| default \|.*\n\|[-|]+\n(?<rows>(?:\|.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex SettingsTable();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^(Notifications|Outcomes)[A-Za-z]+$")]
    private static partial Regex FlatName();

    // A configuration that is empty and remembers what it was asked for.
    private sealed class AskedSettings : ConfigurationProvider, IConfigurationSource
    {
        // A binder looks at an object's properties only where there is something below its section.
        private const string Probe = "Probe";
        private readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

        public IEnumerable<string> Names => _asked
            .Where(key => !key.Contains(Probe, StringComparison.OrdinalIgnoreCase) && (key.Contains(':', StringComparison.Ordinal) || key.Contains('_', StringComparison.Ordinal) || FlatName().IsMatch(key)))
            .Select(key => key.Replace(":*0", ":*", StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal))
            .Where(name => !_asked.Any(other => other.StartsWith(name.Replace("__", ":", StringComparison.Ordinal) + ":", StringComparison.OrdinalIgnoreCase) && !other.EndsWith(":" + Probe, StringComparison.Ordinal)));

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            _asked.Add(key);
            value = key.EndsWith(":" + Probe, StringComparison.Ordinal) ? Probe : null;
            return value is not null;
        }

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) => parentPath switch
        {
            null => earlierKeys,
            "Delivery:RetryDelays" => ["0"],
            "AlipayPlus:PublicKeys" => ["*"],
            _ when !parentPath.Contains(':', StringComparison.Ordinal) => [Probe],
            _ => earlierKeys,
        };
    }
}
