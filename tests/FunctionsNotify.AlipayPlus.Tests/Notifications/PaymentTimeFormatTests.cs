namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

public sealed class PaymentTimeFormatTests
{
    [Theory]
    [InlineData("2020-01-01T12:01:01+08:30")]
    [InlineData("2020-01-01T12:01:01-03:30")]
    [InlineData("2020-01-01T12:01:01+05:45")]
    [InlineData("2020-01-01T12:01:01+14:00")]
    [InlineData("2020-01-01T12:01:01Z")]
    [InlineData("2020-01-01T12:01:01+08")]
    [InlineData("2020-01-01T12:01Z")]
    [InlineData("2020-01-01T12:01:01.5Z")]
    [InlineData("2020-01-01T12:01:01,123456789123+00:00")]
    [InlineData("2024-02-29T00:00:00Z")]
    [InlineData("2020-12-31T23:59:59-12:00")]
    public void Judge_ExtendedFormWithOffset_IsValid(string text) =>
        Assert.Equal(PaymentTimeVerdict.Valid, PaymentTimeFormat.Judge(text));

    [Theory]
    [InlineData("20200101T120101+0830")]
    [InlineData("20200101T120101Z")]
    [InlineData("2020-01-01T12:01:01+0830")]
    [InlineData("2020-01-01T120101Z")]
    [InlineData("2020-01-01T24:00:00Z")]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2020-01-01T12:01:01+14:01")]
    [InlineData("2020-01-01T12:01:01-23:59")]
    public void Judge_Iso8601InAFormTheGuideDoesNotShow_IsDoubtful(string text) =>
        Assert.Equal(PaymentTimeVerdict.Doubtful, PaymentTimeFormat.Judge(text));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2020-01-01")]
    [InlineData("12:01:01Z")]
    [InlineData("2020-01-01T12:01:01")]
    [InlineData("2020-01-01 12:01:01+08:30")]
    [InlineData("2020-01-01t12:01:01z")]
    [InlineData("2020-1-1T12:01:01Z")]
    [InlineData("2020-0101T12:01:01Z")]
    [InlineData("2020-01-01T12:0101Z")]
    [InlineData("2020-13-01T12:01:01Z")]
    [InlineData("2020-00-01T12:01:01Z")]
    [InlineData("2023-02-29T12:01:01Z")]
    [InlineData("2020-04-31T12:01:01Z")]
    [InlineData("2020-01-00T12:01:01Z")]
    [InlineData("0000-01-01T12:01:01Z")]
    [InlineData("2020-01-01T25:01:01Z")]
    [InlineData("2020-01-01T24:00:01Z")]
    [InlineData("2020-01-01T12:60:01Z")]
    [InlineData("2020-01-01T12:01:61Z")]
    [InlineData("2020-01-01T12:01:01.Z")]
    [InlineData("2020-01-01T12:01:01+24:00")]
    [InlineData("2020-01-01T12:01:01+08:60")]
    [InlineData("2020-01-01T12:01:01+8:30")]
    [InlineData("2020-01-01T12:01:01+08:")]
    [InlineData("2020-01-01T12:01:01+08:30\n")]
    [InlineData("\n2020-01-01T12:01:01+08:30")]
    [InlineData("2020-01-01T12:01:01\u221208:30")]
    [InlineData("٢٠٢٠-01-01T12:01:01Z")]
    [InlineData("1577853061")]
    public void Judge_AnythingElse_IsInvalid(string text) =>
        Assert.Equal(PaymentTimeVerdict.Invalid, PaymentTimeFormat.Judge(text));
}
