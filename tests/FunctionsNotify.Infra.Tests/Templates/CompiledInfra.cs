using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Templates;

[CollectionDefinition(Name)]
public sealed class Compilation : ICollectionFixture<CompiledInfra>
{
    public const string Name = "Bicep";
}

// A test that needs the Bicep command line.
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = Repository.Bicep is null ? "There is no Bicep command line for this platform: az bicep install." : null;
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = Repository.Bicep is null ? "There is no Bicep command line for this platform: az bicep install." : null;
}

// A parameter file with the variables that it finds: values that are nobody's.
internal static class Variant
{
    public const string Dev = "dev";
    public const string Prod = "prod";
    public const string Private = "private";
    public const string Nat = "nat";
    public const string Everything = "everything";
    public const string TakeOver = "takeover";

    public const string Backend = "11111111-1111-1111-1111-111111111111";
    public const string Developer = "33333333-3333-3333-3333-333333333333";

    private static readonly Dictionary<string, string> _base = new()
    {
        ["AZURE_ENV_NAME"] = "dev",
        ["AZURE_PRINCIPAL_ID"] = Developer,
        ["ALIPAYPLUS_BASE_URL"] = "https://gateway.example.com",
        ["ALIPAYPLUS_CLIENT_ID"] = "SNAPSHOT_CLIENT",
        ["ALIPAYPLUS_KEY_VERSION"] = "2",
        ["ALIPAYPLUS_PUBLIC_KEYS"] = """{"1":"PUBLIC-KEY-1","2":"PUBLIC-KEY-2"}""",
        ["PAYMENT_BACKENDS"] = Backend,
        ["PAGE_EMAILS"] = "oncall@example.com",
        ["TICKET_EMAILS"] = "team@example.com,lead@example.com",
        ["OPERATIONS_CLIENT_ID"] = "22222222-2222-2222-2222-222222222222",
    };

    private static readonly Dictionary<string, string> _switches = new()
    {
        ["PRIVATE_NETWORK"] = "true",
        ["OUTBOUND_NAT"] = "true",
        ["HARDWARE_KEY"] = "true",
        ["SIGNING_KEY"] = "notify-signing-1",
        ["NEXT_SIGNING_KEY"] = "notify-signing-2",
        ["OPERATOR_CIDRS"] = "203.0.113.0/24,198.51.100.7/32",
        ["PAYMENTS_ACCOUNT"] = "stpayments",
        ["PAYMENTS_RESOURCE_GROUP"] = "rg-payments",
        ["PAGE_WEBHOOK"] = "https://oncall.example.com/hook",
        ["BUDGET"] = "500",
        ["BUDGET_FROM"] = "2027-01-01",
    };

    // The two with a committed snapshot, then the switches of production.
    public static IReadOnlyList<string> Committed { get; } = [Dev, Prod];

    public static IReadOnlyList<string> Names { get; } = [Dev, Prod, Private, Nat, Everything];

    public static TheoryData<string> All => [.. Names];

    public static string File(string variant) => variant == Dev ? Dev : Prod;

    public static IReadOnlyDictionary<string, string> Environment(string variant) => variant switch
    {
        Private => With("PRIVATE_NETWORK"),
        Nat => With("OUTBOUND_NAT"),
        Everything => With([.. _switches.Keys]),
        // Operators with function keys alone.
        Dev => _base.Where(pair => pair.Key != "OPERATIONS_CLIENT_ID").ToDictionary(),
        _ => _base,
    };

    private static Dictionary<string, string> With(params string[] switches) =>
        _base.Concat(_switches.Where(pair => switches.Contains(pair.Key))).ToDictionary();
}

// Everything that the command line says about the templates, each asked once, over a copy, so that nothing is written beside the
// sources. With NOTIFY_UPDATE_SNAPSHOTS=1 the fresh snapshots replace the committed ones.
public sealed partial class CompiledInfra : IDisposable
{
    public const string Workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w";
    public const string ApplicationInsights = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/components/c";

    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("notify-infra-");
    private readonly Dictionary<string, ToolAnswer> _expansions = [];
    private readonly Dictionary<string, string> _snapshots = [];

    public CompiledInfra()
    {
        if (Repository.Bicep is null)
        {
            return;
        }

        foreach (var file in Repository.List("infra", "*").Append("bicepconfig.json").Where(file => !file.EndsWith(".snapshot.json", StringComparison.Ordinal)))
        {
            var target = Path.Combine(_copy.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Repository.PathOf(file), target);
        }

        Build = Run(Variant.Environment(Variant.Dev), "build", "infra/main.bicep", "--stdout", "--diagnostics-format", "sarif");
        Template = JsonNode.Parse(Build.Output)?.AsObject() ?? [];
        foreach (var variant in Variant.Names)
        {
            Expand(variant, $"infra/main.{Variant.File(variant)}", Variant.Environment(variant));
        }

        File.WriteAllText(
            Path.Combine(_copy.FullName, "infra", "page.bicepparam"),
            $"""
            using 'modules/workbook.bicep'
            param location = 'westeurope'
            param tags = {"{}"}
            param namePrefix = 'np'
            param workspaceId = '{Workspace}'
            param applicationInsightsId = '{ApplicationInsights}'
            """);
        Expand("workbook", "infra/page", new Dictionary<string, string>());
        File.WriteAllText(
            Path.Combine(_copy.FullName, "infra", "takeover.bicepparam"),
            Repository.Read($"infra/main.{Variant.Prod}.bicepparam") + TakeOver().Match(Repository.Read("docs/deployment.md")).Value);
        Expand(Variant.TakeOver, "infra/takeover", Variant.Environment(Variant.Prod));
        // Last, because it rewrites what the others read.
        foreach (var pattern in (string[])["infra/**/*.bicep", "infra/*.bicepparam"])
        {
            _ = Run(new Dictionary<string, string>(), "format", "--pattern", pattern).Result;
        }

        foreach (var variant in Environment.GetEnvironmentVariable("NOTIFY_UPDATE_SNAPSHOTS") == "1" ? Variant.Committed : [])
        {
            File.WriteAllText(Repository.PathOf(SnapshotFile(variant)), Snapshot(variant));
        }
    }

    // Variables that a parameter file reads.
    internal static IReadOnlyList<string> Variables { get; } =
    [
        .. Repository.List("infra", "*.bicepparam").SelectMany(VariablesOf).Distinct().Order(StringComparer.Ordinal),
    ];

    internal static IReadOnlyList<string> Sources { get; } = [.. Repository.List("infra", "*.bicep"), .. Repository.List("infra", "*.bicepparam")];

    // The build of main.bicep: the template, and SARIF as its errors.
    internal ToolAnswer Build { get; } = new(0, "", "");

    internal JsonObject Template { get; } = [];

    internal static IEnumerable<string> VariablesOf(string file) => Variable().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value).Distinct();

    internal static string SnapshotFile(string variant) => $"infra/main.{variant}.snapshot.json";

    internal ToolAnswer Expansion(string variant) => _expansions[variant];

    internal string Snapshot(string variant) => _snapshots[variant];

    internal Expanded Expanded(string variant) => new(JsonNode.Parse(_snapshots[variant])!.AsObject());

    internal ToolAnswer BuildParameters(string file, IReadOnlyDictionary<string, string> environment) => Run(environment, "build-params", file, "--stdout");

    internal string Formatted(string file) => File.ReadAllText(Path.Combine(_copy.FullName, file));

    public void Dispose() => _copy.Delete(recursive: true);

    private void Expand(string name, string file, IReadOnlyDictionary<string, string> environment)
    {
        _expansions[name] = Run(
            environment, "snapshot", $"{file}.bicepparam", "--subscription-id", "00000000-0000-0000-0000-000000000001",
            "--tenant-id", "00000000-0000-0000-0000-000000000002", "--resource-group", "rg-notify", "--location", "westeurope");
        var written = Path.Combine(_copy.FullName, $"{file}.snapshot.json");
        _snapshots[name] = File.Exists(written) ? Canonical(File.ReadAllText(written)) : throw new InvalidOperationException($"bicep: {_expansions[name].Errors}");
        File.Delete(written);
    }

    // What the machine has set must not leak into a snapshot.
    private ToolAnswer Run(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Repository.Run(
        Repository.Bicep!, arguments, _copy.FullName, environment: Variables.ToDictionary(name => name, name => environment.GetValueOrDefault(name)));

    // The command line writes outputs and resources in any order.
    private static string Canonical(string json)
    {
        var sorted = Sorted(JsonNode.Parse(json))!.AsObject();
        sorted["predictedResources"] = new JsonArray([.. sorted["predictedResources"]!.AsArray()
            .OrderBy(resource => (string?)resource!["id"], StringComparer.Ordinal)
            .Select(resource => resource!.DeepClone())]);
        return sorted.ToJsonString(_readable).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    // What the document adds to the parameter file of an app that takes over in another region.
    [GeneratedRegex(@"(?<=```bicep\n)\s*param appSettings = \{.*?(?=```)", RegexOptions.Singleline)]
    private static partial Regex TakeOver();

    [GeneratedRegex(@"readEnvironmentVariable\('([A-Z_0-9]+)'")]
    private static partial Regex Variable();
}

// What a variant would deploy, as a snapshot predicts it.
internal sealed class Expanded(JsonObject snapshot)
{
    public JsonObject Snapshot { get; } = snapshot;

    public JsonObject App => Single("Microsoft.Web/sites");

    public IReadOnlyDictionary<string, string> AppSettings => App["properties"]!["siteConfig"]!["appSettings"]!.AsArray()
        .ToDictionary(setting => (string)setting!["name"]!, setting => (string)setting!["value"]!);

    // Every text in it, with its path.
    public static IEnumerable<(string Path, string Text)> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [(value.GetPath(), text)],
        _ => [],
    };

    public IReadOnlyList<JsonObject> OfType(string type) =>
        [.. Snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject()).Where(resource => (string?)resource["type"] == type)];

    public JsonObject Single(string type) => Assert.Single(OfType(type));

    public JsonObject Properties(string type) => Single(type)["properties"]!.AsObject();
}
