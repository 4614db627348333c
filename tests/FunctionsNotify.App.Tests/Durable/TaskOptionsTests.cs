using Microsoft.DurableTask;

namespace FunctionsNotify.App.Tests.Durable;

public sealed class TaskOptionsTests
{
    [Fact]
    public void FromRetryPolicy_WithAnUnendingPolicy_CarriesIt()
    {
        var policy = new RetryPolicy(int.MaxValue, TimeSpan.FromSeconds(5), 2.0, TimeSpan.FromMinutes(15));

        var options = TaskOptions.FromRetryPolicy(policy);

        Assert.Same(policy, options.Retry?.Policy);
        Assert.Null(options.Retry?.Handler);
        Assert.Equal(int.MaxValue, policy.MaxNumberOfAttempts);
        Assert.Equal(TimeSpan.FromSeconds(5), policy.FirstRetryInterval);
        Assert.Equal(2.0, policy.BackoffCoefficient);
        Assert.Equal(TimeSpan.FromMinutes(15), policy.MaxRetryInterval);
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.RetryTimeout);
    }

    [Fact]
    public async Task FromRetryHandler_WithASynchronousHandler_AsksIt()
    {
        var options = TaskOptions.FromRetryHandler((RetryHandler)(context => context.LastAttemptNumber < 3));

        Assert.Null(options.Retry?.Policy);
        Assert.NotNull(options.Retry?.Handler);
        Assert.True(await options.Retry.Handler(After(2)));
        Assert.False(await options.Retry.Handler(After(3)));
    }

    [Fact]
    public void With_Tags_KeepsTheRetry()
    {
        var options = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)));

        var tagged = options with { Tags = new Dictionary<string, string> { ["k"] = "v" } };

        Assert.Same(options.Retry, tagged.Retry);
        Assert.Equal("v", tagged.Tags?["k"]);
        Assert.Null(options.Tags);
    }

    [Theory]
    [InlineData(0, 1, 1.0)]
    [InlineData(1, 0, 1.0)]
    [InlineData(1, 1, 0.5)]
    public void RetryPolicy_OutOfRange_Throws(int attempts, int seconds, double growth) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(attempts, TimeSpan.FromSeconds(seconds), growth));

    [Fact]
    public void RetryPolicy_WithALargestPauseBelowTheFirst_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new RetryPolicy(2, TimeSpan.FromSeconds(5), 2.0, TimeSpan.FromSeconds(4)));

    private static RetryContext After(int attempts) =>
        new(null!, attempts, new TaskFailureDetails("E", "m", null, null, null), TimeSpan.Zero, CancellationToken.None);
}
