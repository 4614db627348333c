using System.Diagnostics;
using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>A module of the template, expanded by the Bicep command line with literal parameters.</summary>
internal static class BicepModule
{
    public const string Workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w";
    public const string ApplicationInsights = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/components/c";
    public const string ActionGroup = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/a";

    private const string Common = $"""
        param location = 'westeurope'
        param tags = {"{}"}
        param namePrefix = 'np'
        param workspaceId = '{Workspace}'
        param applicationInsightsId = '{ApplicationInsights}'
        """;

    private const string Nobody = "00000000-0000-0000-0000-000000000000";

    /// <summary>The resources that the module would make, as <c>bicep snapshot</c> predicts them.</summary>
    public static IReadOnlyList<JsonObject> Resources(string module, params string[] parameters)
    {
        var (snapshot, errors) = Snapshot(module, parameters);
        return snapshot is null
            ? throw new InvalidOperationException($"bicep: {errors}")
            : [.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())];
    }

    /// <summary>What the command line says against the parameters.</summary>
    public static string Errors(string module, params string[] parameters) => Snapshot(module, parameters).Errors;

    /// <summary>The module as a template.</summary>
    public static JsonObject Template(string module)
    {
        var (output, errors) = Run("build", RepositoryFiles.PathOf(module), "--stdout");
        return output.Length == 0 ? throw new InvalidOperationException($"bicep: {errors}") : JsonNode.Parse(output)!.AsObject();
    }

    private static (JsonObject? Snapshot, string Errors) Snapshot(string module, string[] parameters)
    {
        var folder = Directory.CreateTempSubdirectory("monitoring-");
        try
        {
            var path = Path.Combine(folder.FullName, "main.bicepparam");
            var relative = Path.GetRelativePath(folder.FullName, RepositoryFiles.PathOf(module)).Replace('\\', '/');
            File.WriteAllText(path, $"using '{relative}'\n{Common}\n{string.Join('\n', parameters)}\n");
            var (_, errors) = Run("snapshot", path, "--subscription-id", Nobody, "--tenant-id", Nobody, "--resource-group", "g", "--location", "westeurope");
            var written = Path.ChangeExtension(path, ".snapshot.json");
            return (File.Exists(written) ? JsonNode.Parse(File.ReadAllText(written))!.AsObject() : null, errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (string Output, string Errors) Run(params string[] arguments)
    {
        var path = BuildMetadata.Read("BicepPath");
        var start = new ProcessStartInfo(string.IsNullOrEmpty(path) ? "bicep" : path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bicep did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, errors.GetAwaiter().GetResult());
    }
}
