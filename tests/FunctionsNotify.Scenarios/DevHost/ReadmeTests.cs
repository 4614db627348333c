using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.DevHost;

namespace FunctionsNotify.Scenarios.DevHost;

/// <summary>What README and docs say is what the code does.</summary>
public sealed partial class ReadmeTests
{
    private static string Read(string file) => File.ReadAllText(Path.Combine(RepositoryRoot.Find(), file));

    private static string Fence(string language) =>
        Regex.Match(Read("README.md"), $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    [Fact]
    public void Readme_JsonExample_IsAccepted()
    {
        var reading = NotificationReader.Read(Encoding.UTF8.GetBytes(Fence("json")));
        Assert.True(reading.IsAccepted, string.Join("; ", reading.Violations));
        Assert.Empty(reading.Violations);
    }

    [Fact]
    public void Readme_StatesTable_NamesEveryState()
    {
        var rows = StateRow().Matches(Read("README.md")).Select(row => (Kind: row.Groups[1].Value, State: row.Groups[2].Value)).ToList();
        Assert.Equal(States("deliveryOutcome"), rows.Where(row => row.Kind == "delivery").Select(row => row.State));
        Assert.Equal(States("messageOutcome"), rows.Where(row => row.Kind == "message").Select(row => row.State));

        static IEnumerable<string?> States(string outcome)
        {
            using var schema = JsonDocument.Parse(Read("schemas/outcome.schema.json"));
            return [.. schema.RootElement.GetProperty("definitions").GetProperty(outcome).GetProperty("properties").GetProperty("state").GetProperty("enum").EnumerateArray().Select(state => state.GetString())];
        }
    }

    [Fact]
    public void Readme_Cost_IsTheOneThatIsReckoned()
    {
        var told = Regex.Matches(Regex.Match(Read("README.md"), @"idle production about[\s\S]*?more").Value, @"about (\d+)").Select(match => match.Value).ToList();
        Assert.Equal(2, told.Count);
        var reckoned = Regex.Match(Read("docs/deployment.md"), @"Month = [\s\S]*?\n\n").Value;
        Assert.All(told, sum => Assert.Contains(sum, reckoned, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/deployment.md")]
    [InlineData("docs/building.md")]
    [InlineData("docs/integrating.md")]
    [InlineData("docs/simulator.md")]
    [InlineData("docs/cli.md")]
    public void Documents_Links_LeadSomewhere(string file)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryRoot.Find(), file))!;
        Assert.All(
            Link().Matches(Read(file)).Select(link => link.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)),
            target => Assert.True(Path.Exists(Path.Combine(folder, target)), target));
    }

    [Fact]
    public void Configuration_DeliverySettings_AreAllDocumentedWithTheirDefaults()
    {
        using var sample = JsonDocument.Parse(Read("local.settings.sample.json"));
        var text = Read("docs/deployment.md").Split('\n');
        var settings = sample.RootElement.GetProperty("Values").EnumerateObject().Where(setting => DeliverySetting().IsMatch(setting.Name)).ToList();
        Assert.True(settings.Count >= 8, $"only {settings.Count} are in the sample");
        Assert.All(settings, setting =>
        {
            var line = text.Single(line => line.Contains($"`{setting.Name}`", StringComparison.Ordinal));
            Assert.Contains($"`{setting.Value}`", line, StringComparison.Ordinal);
        });
    }

    [GeneratedRegex("^Delivery__[A-Za-z]+$")]
    private static partial Regex DeliverySetting();

    [GeneratedRegex(@"^\| `(delivery|message)` \| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex StateRow();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
