using System.Text.Json;

namespace FunctionsNotify.App.Tests.Core;

public sealed class DeliveryPolicyTests
{
    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Violations_EveryRuleBroken_NamesEverySetting()
    {
        var policy = new DeliveryPolicy
        {
            RetryDelays = [Seconds(6), Seconds(6), Seconds(-1)],
            Jitter = double.NaN,
            SetupFloor = TimeSpan.Zero,
            SlowDownFloor = Seconds(30),
            SlowDownCeiling = Seconds(29),
            PostponeBase = Seconds(30),
            PostponeCap = Seconds(1),
            LimiterWait = TimeSpan.FromDays(8),
            PostponeLimit = TimeSpan.Zero,
        };

        var found = policy.Violations().Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal);

        Assert.Equal(
            new[]
            {
                "Delivery__Jitter", "Delivery__LimiterWait", "Delivery__PostponeCap", "Delivery__PostponeLimit", "Delivery__RetryDelays__0",
                "Delivery__RetryDelays__1", "Delivery__RetryDelays__2", "Delivery__SetupFloor", "Delivery__SlowDownCeiling",
            },
            found);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void Violations_ScheduleOfWrongLength_NamesTheSchedule(int entries)
    {
        var policy = new DeliveryPolicy { RetryDelays = [.. Enumerable.Range(1, entries).Select(second => Seconds(second))] };
        Assert.Contains($"has {entries}", Assert.Single(policy.Violations()), StringComparison.Ordinal);
    }

    [Fact]
    public void Violations_ThirtyGrowingEntries_None()
    {
        var policy = new DeliveryPolicy { RetryDelays = [.. Enumerable.Range(1, 30).Select(second => Seconds(second))] };
        Assert.Empty(policy.Violations());
    }

    [Fact]
    public void Json_RoundTrip_KeepsEveryMember()
    {
        var policy = new DeliveryPolicy { RetryDelays = [Seconds(1), Seconds(3)], Jitter = 0.25, LimiterWait = Seconds(7) };
        var json = JsonSerializer.Serialize(policy);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<DeliveryPolicy>(json)));
        Assert.Contains("00:00:03", json, StringComparison.Ordinal);
    }
}
