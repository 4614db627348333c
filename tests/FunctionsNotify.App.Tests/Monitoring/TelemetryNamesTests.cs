using System.Reflection;
using System.Text.RegularExpressions;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed partial class TelemetryNamesTests
{
    private static IReadOnlyList<string> ConstantsOf(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void Instruments_Names_AreUniqueAndOfOneForm()
    {
        var names = ConstantsOf(typeof(TelemetryNames.Instruments));
        Assert.True(names.Count >= 20, $"only {names.Count}");
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches(Instrument(), name));
    }

    [Fact]
    public void Attributes_Names_AreUniqueAndOfOneForm()
    {
        var names = ConstantsOf(typeof(TelemetryNames.Attributes));
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches(Attribute(), name));
    }

    [GeneratedRegex(@"^notify(\.[a-z_]+)+$")]
    private static partial Regex Instrument();

    [GeneratedRegex("^[a-z_]+$")]
    private static partial Regex Attribute();
}
