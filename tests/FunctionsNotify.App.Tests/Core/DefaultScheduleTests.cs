namespace FunctionsNotify.App.Tests.Core;

public sealed class DefaultScheduleTests
{
    [Theory]
    [InlineData(1, "00:00:01")]
    [InlineData(2, "00:00:02")]
    [InlineData(3, "00:00:30")]
    [InlineData(4, "00:01:00")]
    [InlineData(5, "00:02:00")]
    [InlineData(6, "00:04:00")]
    [InlineData(7, "00:08:00")]
    [InlineData(8, "00:15:00")]
    [InlineData(9, "00:30:00")]
    [InlineData(10, "01:00:00")]
    [InlineData(11, "02:00:00")]
    [InlineData(12, "03:00:00")]
    [InlineData(13, "04:00:00")]
    [InlineData(14, "05:00:00")]
    [InlineData(15, "06:00:00")]
    public void RetryDelays_Default_IsTheDecidedEntry(int retry, string delay) =>
        Assert.Equal(TimeSpan.Parse(delay, System.Globalization.CultureInfo.InvariantCulture), new DeliveryPolicy().RetryDelays[retry - 1]);

    [Fact]
    public void RetryDelays_Default_HasFifteenEntries() => Assert.Equal(15, new DeliveryPolicy().RetryDelays.Length);

    [Fact]
    public void MaxAttempts_Default_IsTheFirstSendAndFifteenRetries() => Assert.Equal(16, new DeliveryPolicy().MaxAttempts);

    [Fact]
    public void Constants_Default_AreTheDecidedOnes()
    {
        var policy = new DeliveryPolicy();
        Assert.Equal(0.1, policy.Jitter);
        Assert.Equal(TimeSpan.FromSeconds(30), policy.SetupFloor);
        Assert.Equal(TimeSpan.FromSeconds(30), policy.SlowDownFloor);
        Assert.Equal(TimeSpan.FromSeconds(60), policy.SlowDownCeiling);
        Assert.Equal(TimeSpan.FromSeconds(30), policy.PostponeBase);
        Assert.Equal(TimeSpan.FromMinutes(15), policy.PostponeCap);
        Assert.Equal(TimeSpan.FromSeconds(5), policy.LimiterWait);
        Assert.Equal(TimeSpan.FromHours(24), policy.PostponeLimit);
    }

    [Fact]
    public void Violations_Default_None() => Assert.Empty(new DeliveryPolicy().Violations());
}
