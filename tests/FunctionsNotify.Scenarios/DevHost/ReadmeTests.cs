using System.Text;
using System.Text.RegularExpressions;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Client;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.DevHost.Tests;

/// <summary>What README and docs say is what the code does.</summary>
public sealed partial class ReadmeTests
{
    private static string Read(string file) => File.ReadAllText(Path.Combine(RepositoryRoot.Find(), file));

    private static string Fence(string language) =>
        Regex.Match(Read("README.md"), $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    private static string WithoutIndent(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();

    // Compiled here, compared with the README's text below.
    private static async Task EnqueueAsync(string connectionString)
    {
        // readme
        var queue = new PaymentNotificationQueue(connectionString);
        await queue.EnqueueAsync(new PaymentNotification
        {
            PaymentResult = new PaymentResult { ResultStatus = "S", ResultCode = "SUCCESS" },
            PaymentId = "20260301190741010007200000002000001",
            PaymentRequestId = "order-4711",
            PaymentTime = "2026-03-01T12:01:01+08:30",
        });
        // end
    }

    [Fact]
    public void Readme_CSharpExample_IsTheCompiledOne()
    {
        var source = Read("tests/FunctionsNotify.Scenarios/Documentation/ReadmeTests.cs");
        var compiled = Regex.Match(source, "// readme\n(.*?)// end", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal(WithoutIndent(compiled), WithoutIndent(Fence("csharp")));
        Assert.NotNull((Func<string, Task>)EnqueueAsync);
    }

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
        Assert.Equal(Enum.GetNames<DeliveryState>().Except([nameof(DeliveryState.Open)]), rows.Where(row => row.Kind == "delivery").Select(row => row.State));
        Assert.Equal(Enum.GetNames<MessageState>(), rows.Where(row => row.Kind == "message").Select(row => row.State));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/configuration.md")]
    [InlineData("docs/building.md")]
    public void Documents_Links_LeadSomewhere(string file)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryRoot.Find(), file))!;
        Assert.All(
            Link().Matches(Read(file)).Select(link => link.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)),
            target => Assert.True(Path.Exists(Path.Combine(folder, target)), target));
    }

    [Fact]
    public void Configuration_PolicySettings_AreAllDocumentedWithTheirDefaults()
    {
        var text = Read("docs/configuration.md");
        var policy = new DeliveryPolicy();
        Assert.All(
            typeof(DeliveryPolicy).GetProperties().Where(property => property.CanWrite && property.Name != nameof(policy.RetryDelays)),
            property =>
            {
                var line = text.Split('\n').Single(line => line.Contains($"`Delivery__{property.Name}`", StringComparison.Ordinal));
                Assert.Contains(FormattableString.Invariant($"`{property.GetValue(policy)}`"), line, StringComparison.Ordinal);
            });
        Assert.All(
            typeof(OverloadPolicy).GetProperties().Where(property => property.CanWrite),
            property => Assert.Contains(property.Name, text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| `(delivery|message)` \| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex StateRow();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
