using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>
/// Everything that the command line says about the templates, each asked once: it works on a copy, so that nothing is
/// written beside the sources. With <c>NOTIFY_UPDATE_SNAPSHOTS=1</c> the fresh snapshots replace the committed ones.
/// </summary>
public sealed class CompiledInfra : IAsyncLifetime
{
    private static readonly Dictionary<string, string> _nothing = [];
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("notify-infra-");
    private readonly Dictionary<string, BicepRun> _runs = [];

    /// <summary>The template that main.bicep becomes.</summary>
    internal JsonObject Template { get; private set; } = [];

    /// <summary>The build of main.bicep: the template, and SARIF as its errors.</summary>
    internal BicepRun Build => _runs["build"];

    /// <summary>Sources whose formatted text differs from what is committed.</summary>
    internal IReadOnlyList<string> Unformatted { get; private set; } = [];

    internal BicepRun Run(string variant) => _runs[variant];

    /// <summary>The fresh snapshot's text.</summary>
    internal string Snapshot(string variant) => CanonicalJson.Of(File.ReadAllText(Path.Combine(_copy.FullName, SnapshotFile(variant))));

    internal ExpandedTemplate Expanded(string variant) => new(JsonNode.Parse(Snapshot(variant))!.AsObject());

    internal static string SnapshotFile(string variant) => $"infra/main.{variant}.snapshot.json";

    public async Task InitializeAsync()
    {
        if (BicepCli.Path is null)
        {
            return;
        }

        Copy("infra");
        File.Copy(RepositoryFiles.PathOf("bicepconfig.json"), Path.Combine(_copy.FullName, "bicepconfig.json"));
        foreach (var variant in Variant.Names)
        {
            File.Delete(Path.Combine(_copy.FullName, SnapshotFile(variant)));
        }

        // Two at a time: a build machine has two cores.
        await Task.WhenAll(
            Task.Run(async () =>
            {
                await RunAsync("build", "build", "infra/main.bicep", "--stdout", "--diagnostics-format", "sarif");
                await SnapshotAsync(Variant.Dev);
            }),
            Task.Run(async () =>
            {
                await SnapshotAsync(Variant.Prod);
                await SnapshotAsync(Variant.Private);
            }));
        Template = JsonNode.Parse(Build.Output)?.AsObject() ?? [];
        // Last, because it rewrites what the others read.
        await BicepCli.RunAsync(_copy.FullName, _nothing, "format", "--pattern", "infra/**/*.bicep");
        await BicepCli.RunAsync(_copy.FullName, _nothing, "format", "--pattern", "infra/*.bicepparam");
        Unformatted = [.. Sources().Where(file => RepositoryFiles.Read(file) != File.ReadAllText(Path.Combine(_copy.FullName, file)))];
    }

    public Task DisposeAsync()
    {
        _copy.Delete(recursive: true);
        return Task.CompletedTask;
    }

    internal static IReadOnlyList<string> Sources() =>
        [.. RepositoryFiles.List("infra", "*.bicep"), .. RepositoryFiles.List("infra", "*.bicepparam")];

    private async Task SnapshotAsync(string variant)
    {
        await RunAsync(
            variant, "snapshot", $"infra/main.{variant}.bicepparam",
            "--subscription-id", Variant.Subscription, "--tenant-id", "00000000-0000-0000-0000-000000000002",
            "--resource-group", Variant.ResourceGroup, "--location", "westeurope");
        if (Environment.GetEnvironmentVariable("NOTIFY_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(RepositoryFiles.PathOf(SnapshotFile(variant)), Snapshot(variant));
        }
    }

    private async Task RunAsync(string name, params string[] arguments)
    {
        var run = await BicepCli.RunAsync(_copy.FullName, Variant.Environment, arguments);
        lock (_runs)
        {
            _runs[name] = run;
        }
    }

    private void Copy(string folder)
    {
        foreach (var file in RepositoryFiles.List(folder, "*"))
        {
            var target = Path.Combine(_copy.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(RepositoryFiles.PathOf(file), target);
        }
    }
}
