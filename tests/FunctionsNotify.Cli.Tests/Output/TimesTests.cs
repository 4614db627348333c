using System.Globalization;

namespace FunctionsNotify.Cli.Tests;

public sealed class TimesTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90m", "2026-03-01T10:30:00Z")]
    [InlineData("24h", "2026-02-28T12:00:00Z")]
    [InlineData("7d", "2026-02-22T12:00:00Z")]
    [InlineData("2026-02-01", "2026-02-01T00:00:00Z")]
    [InlineData("2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z")]
    [InlineData("2026-02-01T10:00:00.5+08:30", "2026-02-01T01:30:00.5Z")]
    public void TryParse_AllowedForms_GiveTheMoment(string text, string expected)
    {
        Assert.True(Times.TryParse(text, _now, out var time));
        Assert.Equal(expected, Times.Iso(time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("-5h")]
    [InlineData("5w")]
    [InlineData("yesterday")]
    [InlineData("03/01/2026")]
    [InlineData("2026-02-01T10:00:00")]
    [InlineData("2026-02-30")]
    [InlineData("99999999999d")]
    public void TryParse_AmbiguousForms_AreRefused(string text) => Assert.False(Times.TryParse(text, _now, out _));

    [Theory]
    [InlineData("00:00:00.0150000", "15 ms")]
    [InlineData("00:00:01.5000000", "1.5 s")]
    [InlineData("00:02:05", "2 min 5 s")]
    [InlineData("05:30:00", "5 h 30 min")]
    [InlineData("3.04:00:00", "3 d 4 h")]
    public void Show_Span_IsShort(string span, string expected) => Assert.Equal(expected, Times.Show(TimeSpan.Parse(span, CultureInfo.InvariantCulture)));

    [Fact]
    public void Due_PastPresentAndComing_AreToldApart()
    {
        Assert.Equal("now", Times.Due(_now.AddMilliseconds(-132), _now));
        Assert.Equal("in 30 s", Times.Due(_now.AddSeconds(30), _now));
        Assert.Equal("overdue by 2 min 0 s", Times.Due(_now.AddMinutes(-2), _now));
    }
}
