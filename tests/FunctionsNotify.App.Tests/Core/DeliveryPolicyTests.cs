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

    [Fact]
    public void Violations_OneRuleBroken_SaysRuleAndValue()
    {
        var broken = new Dictionary<string, DeliveryPolicy>
        {
            ["Delivery__RetryDelays: must have 1 to 30 entries, has 0"] = new() { RetryDelays = default },
            ["Delivery__RetryDelays__0: must be longer than 0 and at most 7 days, is 00:00:00"] = new() { RetryDelays = [TimeSpan.Zero, Seconds(1)] },
            ["Delivery__RetryDelays__1: must be longer than 0 and at most 7 days, is 7.00:00:01"] = new() { RetryDelays = [Seconds(1), TimeSpan.FromDays(7) + Seconds(1)] },
            ["Delivery__RetryDelays__1: must be longer than the entry before it, 00:00:02, is 00:00:02"] = new() { RetryDelays = [Seconds(2), Seconds(2)] },
            ["Delivery__RetryDelays__0: must be at most 5 s, is 00:00:06"] = new() { RetryDelays = [Seconds(6)] },
            ["Delivery__Jitter: must be a number from 0 to 0.5"] = new() { Jitter = 0.6 },
            ["Delivery__SetupFloor: must be longer than 0 and at most 7 days, is 00:00:00"] = new() { SetupFloor = TimeSpan.Zero },
            ["Delivery__SlowDownFloor: must be longer than 0 and at most 7 days, is 00:00:00"] = new() { SlowDownFloor = TimeSpan.Zero },
            ["Delivery__PostponeBase: must be longer than 0 and at most 7 days, is 00:00:00"] = new() { PostponeBase = TimeSpan.Zero },
            ["Delivery__PostponeLimit: must be longer than 0 and at most 7 days, is 7.00:00:01"] = new() { PostponeLimit = TimeSpan.FromDays(7) + Seconds(1) },
            ["Delivery__SlowDownCeiling: must be at least Delivery__SlowDownFloor, 00:00:30, and at most 7 days, is 00:00:29"] = new() { SlowDownCeiling = Seconds(29) },
            ["Delivery__PostponeCap: must be at least Delivery__PostponeBase, 00:00:30, and at most 7 days, is 7.00:00:01"] = new() { PostponeCap = TimeSpan.FromDays(7) + Seconds(1) },
        };
        Assert.All(broken, one => Assert.Equal(one.Key, Assert.Single(one.Value.Violations())));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void Violations_EveryValueAtItsBound_None(double jitter)
    {
        var longest = TimeSpan.FromDays(7);
        var policy = new DeliveryPolicy
        {
            RetryDelays = [Seconds(5), longest],
            Jitter = jitter,
            SetupFloor = longest,
            SlowDownFloor = longest,
            SlowDownCeiling = longest,
            PostponeBase = longest,
            PostponeCap = longest,
            LimiterWait = longest,
            PostponeLimit = longest,
        };
        Assert.Empty(policy.Violations());
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
