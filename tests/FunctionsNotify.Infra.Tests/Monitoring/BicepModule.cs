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
        var answer = Run("build", RepositoryFiles.PathOf(module), "--stdout");
        return JsonNode.Parse(answer.Result("bicep"))!.AsObject();
    }

    private static (JsonObject? Snapshot, string Errors) Snapshot(string module, string[] parameters)
    {
        var folder = Directory.CreateTempSubdirectory("monitoring-");
        try
        {
            var path = Path.Combine(folder.FullName, "main.bicepparam");
            var relative = Path.GetRelativePath(folder.FullName, RepositoryFiles.PathOf(module)).Replace('\\', '/');
            File.WriteAllText(path, $"using '{relative}'\n{Common}\n{string.Join('\n', parameters)}\n");
            var answer = Run("snapshot", path, "--subscription-id", Nobody, "--tenant-id", Nobody, "--resource-group", "g", "--location", "westeurope");
            var written = Path.ChangeExtension(path, ".snapshot.json");
            return (File.Exists(written) ? JsonNode.Parse(File.ReadAllText(written))!.AsObject() : null, answer.Errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ToolAnswer Run(params string[] arguments) =>
        CommandLineTool.Run(BuildMetadata.Read("BicepPath") is { Length: > 0 } path ? path : "bicep", arguments);
}
