namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class RetryAfterHeaderTests
{
    private static readonly DateTimeOffset Now = new(2025, 2, 20, 8, 51, 49, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("120", 120)]
    [InlineData(" 7 ", 7)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000007", 7)]
    [InlineData("Thu, 20 Feb 2025 08:53:49 GMT", 120)]
    [InlineData("Thursday, 20-Feb-25 08:53:49 GMT", 120)]
    [InlineData("Thu Feb 20 08:53:49 2025", 120)]
    [InlineData("Sat Mar  1 08:51:49 2025", 9 * 86400)]
    [InlineData("Thu, 20 Feb 2025 08:51:00 GMT", 0)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", 0)]
    public void Parse_SecondsOrDate_GivesTheWait(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterHeader.Parse(value, Now));

    [Theory]
    [InlineData("31536000")]
    [InlineData("31536001")]
    [InlineData("2147483648")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("999999999999999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public void Parse_VeryLongWait_IsTheLimit(string value) =>
        Assert.Equal(RetryAfterHeader.MaxWait, RetryAfterHeader.Parse(value, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1, 2")]
    [InlineData("soon")]
    [InlineData("Thu, 20 Feb 2025 08:53:49 +0800")]
    [InlineData("Wed, 20 Feb 2025 08:53:49 GMT")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000001")]
    public void Parse_NeitherForm_IsNull(string? value) => Assert.Null(RetryAfterHeader.Parse(value, Now));
}
