using System.Globalization;
using System.Text.Json.Nodes;

namespace FunctionsNotify.App.Tests.Hosting;

public sealed class LocalSettingsSampleTests
{
    private static readonly IReadOnlyDictionary<string, string> Values =
        JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "local.settings.sample.json")))!["Values"]!
            .AsObject()
            .ToDictionary(member => member.Key, member => (string)member.Value!);

    [Theory]
    [InlineData("AzureWebJobsStorage")]
    [InlineData("FUNCTIONS_WORKER_RUNTIME")]
    [InlineData("PaymentsStorage")]
    [InlineData("TaskHub")]
    [InlineData("AlipayPlus__BaseUrl")]
    [InlineData("AlipayPlus__ClientId")]
    [InlineData("AlipayPlus__KeyVersion")]
    [InlineData("AlipayPlus__PrivateKey")]
    [InlineData("AlipayPlus__PrivateKeyPath")]
    [InlineData("AlipayPlus__PublicKeys__1")]
    [InlineData("AlipayPlus__PublicKeysPath")]
    [InlineData("AlipayPlus__RequestTimeout")]
    [InlineData("Delivery__Jitter")]
    [InlineData("Delivery__RetryDelays__0")]
    [InlineData("NotificationsQueue")]
    [InlineData("OutcomesQueue")]
    [InlineData("OutcomesEncoding")]
    public void Sample_NamesEverySetting(string name) => Assert.Contains(name, Values.Keys);

    [Fact]
    public void Sample_HasEverySettingThatHostJsonPointsTo()
    {
        var hub = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "host.json")))!
            ["extensions"]!["durableTask"]!["hubName"]!;

        Assert.Matches("^[A-Za-z][A-Za-z0-9]{2,44}$", Values[hub.Trim('%')]);
    }

    [Fact]
    public void Sample_HasNoSecrets()
    {
        Assert.Equal(string.Empty, Values["AlipayPlus__PrivateKey"]);
        Assert.Equal(string.Empty, Values["AlipayPlus__PublicKeys__1"]);
        Assert.DoesNotContain(Values.Values, value => value.Contains("AccountKey", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Values.Values, value => value.Contains("-----BEGIN", StringComparison.Ordinal));
    }

    [Fact]
    public void Sample_Schedule_IsTheDefaultOneInWholeTimeSpans()
    {
        var schedule = Enumerable.Range(0, Values.Keys.Count(key => key.StartsWith("Delivery__RetryDelays__", StringComparison.Ordinal)))
            .Select(index => TimeSpan.ParseExact(Values[$"Delivery__RetryDelays__{index}"], "c", CultureInfo.InvariantCulture));

        Assert.Equal(
            [1, 2, 30, 60, 120, 240, 480, 900, 1800, 3600, 7200, 10800, 14400, 18000, 21600],
            schedule.Select(delay => (int)delay.TotalSeconds));
    }
}
