using System.Globalization;
using System.Text.Json.Nodes;

namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class ThresholdTests
{
    private static readonly JsonObject Template = BicepModule.Template(AlertRule.Module);

    private static readonly Dictionary<string, JsonObject> Bounds = Template["definitions"]!["alertThresholds"]!["properties"]!.AsObject()
        .ToDictionary(bound => bound.Key, bound => bound.Value!.AsObject());

    public static TheoryData<string> Names => [.. Bounds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Threshold_Each_IsDescribedAndBoundedAndItsDefaultLiesWithin(string name)
    {
        var bound = Bounds[name];
        var value = (int)Template["variables"]!["defaultThresholds"]![name]!;

        Assert.False(string.IsNullOrWhiteSpace((string?)bound["metadata"]!["description"]));
        Assert.InRange(value, (int)bound["minValue"]!, (int)bound["maxValue"]!);
    }

    [Fact]
    public void Thresholds_WithoutABound_HaveNoDefaultEither() => Assert.Equal(
        Bounds.Keys.Order(StringComparer.Ordinal),
        Template["variables"]!["defaultThresholds"]!.AsObject().Select(value => value.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Thresholds_SetByParameter_ReachOneAlertEach()
    {
        var values = Bounds.Keys.Select((name, at) => (Name: name, Value: (int)Bounds[name]["maxValue"]! - at)).ToDictionary(pair => pair.Name, pair => pair.Value);
        var given = string.Join('\n', values.Select(value => string.Create(CultureInfo.InvariantCulture, $"  {value.Key}: {value.Value}")));

        var rules = AlertRule.Read($"param thresholds = {{\n{given}\n}}");

        var changed = rules.Where(rule => rule.Threshold != AlertRule.Named(rule.Name).Threshold).Select(rule => rule.Threshold).ToList();
        Assert.Equal(values.Values.Order(), changed.Order());
        Assert.Equal(["no-telemetry"], rules.Where(rule => rule.Threshold == AlertRule.Named(rule.Name).Threshold).Select(rule => rule.Name));
    }

    [Theory]
    [InlineData("keyDaysAtEnd: 0")]
    [InlineData("acknowledgementSeconds: 61")]
    [InlineData("exhaustedDeliveries: -1")]
    [InlineData("noSuchBound: 1")]
    public void Threshold_OutsideItsBounds_IsRefused(string value) => Assert.NotEqual(
        string.Empty,
        BicepModule.Errors(AlertRule.Module, $"param actionGroupId = '{BicepModule.ActionGroup}'", $"param thresholds = {{\n  {value}\n}}"));
}
