using System.Text.Json.Nodes;
using System.Xml;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>An alert as it would be deployed.</summary>
internal sealed class AlertRule
{
    public const string Module = "infra/modules/alerts.bicep";

    private readonly JsonObject _properties;

    private AlertRule(JsonObject resource)
    {
        Resource = resource;
        _properties = resource["properties"]!.AsObject();
        Name = ((string)resource["name"]!)["np-".Length..];
    }

    public static IReadOnlyList<AlertRule> Deployed { get; } = Read();

    public JsonObject Resource { get; }

    public string Name { get; }

    public string Description => (string)_properties["description"]!;

    public int Severity => (int)_properties["severity"]!;

    public bool IsStateful => (bool)_properties["autoMitigate"]! && _properties["muteActionsDuration"] is null;

    public TimeSpan Frequency => XmlConvert.ToTimeSpan((string)_properties["evaluationFrequency"]!);

    public TimeSpan Window => XmlConvert.ToTimeSpan((string)_properties["windowSize"]!);

    public IReadOnlyList<string> Scopes => Texts(_properties["scopes"]!);

    public IReadOnlyList<string> ActionGroups => Texts(_properties["actions"]!["actionGroups"]!);

    public string Runbook => (string)_properties["actions"]!["customProperties"]!["runbook"]!;

    public string Query => (string)Criterion["query"]!;

    public string Operator => (string)Criterion["operator"]!;

    public int Threshold => (int)Criterion["threshold"]!;

    public string MeasuredColumn => (string)Criterion["metricMeasureColumn"]!;

    public IReadOnlyList<string> SplitBy => [.. Criterion["dimensions"]!.AsArray().Select(dimension => (string)dimension!["name"]!)];

    private JsonNode Criterion => _properties["criteria"]!["allOf"]!.AsArray().Single()!;

    public static IReadOnlyList<AlertRule> Read(params string[] parameters) =>
        [.. BicepModule.Resources(Module, [$"param actionGroupId = '{BicepModule.ActionGroup}'", .. parameters]).Select(resource => new AlertRule(resource))];

    public static AlertRule Named(string name) => Deployed.Single(rule => rule.Name == name);

    private static IReadOnlyList<string> Texts(JsonNode array) => [.. array.AsArray().Select(text => (string)text!)];
}
