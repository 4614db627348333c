namespace FunctionsNotify.LocalHost.Tests;

public sealed class FaultLogTests
{
    [Fact]
    public void ShouldTell_FaultThatLasts_TellsOnceAHalfMinuteWithItsCount()
    {
        var time = EngineUnderTest.Clock();
        var log = new FaultLog(time);

        Assert.False(log.Recovered());
        Assert.True(log.ShouldTell(out _));
        Assert.False(log.ShouldTell(out _));
        Assert.False(log.ShouldTell(out _));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(log.ShouldTell(out var more));
        Assert.Equal(2, more);
        Assert.True(log.Recovered());
        Assert.False(log.Recovered());
        Assert.True(log.ShouldTell(out more));
        Assert.Equal(0, more);
    }
}
