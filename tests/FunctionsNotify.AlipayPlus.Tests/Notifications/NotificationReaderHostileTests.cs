using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

/// <summary>Bodies that are no strict JSON, or meant to hurt.</summary>
public sealed class NotificationReaderHostileTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\0")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("nul")]
    [InlineData("hello")]
    [InlineData("<html></html>")]
    [InlineData("{'paymentId':'1'}")]
    public void Read_NoJson_RefusesTheWhole(string body)
    {
        var reading = Bodies.Read(body);

        var violation = Assert.Single(reading.Violations);
        Assert.Equal(("$", Severity.Refuse), (violation.Field, violation.Severity));
        Assert.Null(reading.CanonicalHash);
        Assert.Null(reading.PaymentId);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    public void Read_TopIsNoObject_Refuses(string body)
    {
        var violation = Assert.Single(Bodies.Read(body).Violations);

        Assert.Equal("$", violation.Field);
        Assert.StartsWith("must be a JSON object", violation.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotificationInsideAnArray_Refuses() => Assert.False(Bodies.Read($"[{Bodies.Succeeded}]").IsAccepted);

    [Theory]
    [InlineData("{}")]
    [InlineData("x")]
    [InlineData(",")]
    [InlineData("}")]
    [InlineData("\0")]
    [InlineData("\u00a0")]
    [InlineData("// end")]
    [InlineData("\n\"more\"")]
    public void Read_SomethingAfterTheValue_Refuses(string garbage)
    {
        Assert.True(Bodies.Read(Bodies.Succeeded + " \r\n\t").IsAccepted);

        Assert.Equal("$", Assert.Single(Bodies.Read(Bodies.Succeeded + garbage).Violations).Field);
    }

    [Theory]
    [InlineData("/* c */{", "{")]
    [InlineData("{// c\n", "{")]
    [InlineData("{,", "{")]
    [InlineData("\"paymentId\" \"2", "\"paymentId\":\"2")]
    [InlineData("paymentId:", "\"paymentId\":")]
    [InlineData("\"a\tb\":\"x\",\"paymentId\"", "\"paymentId\"")]
    [InlineData("\"a\":\"\\x41\",\"paymentId\"", "\"paymentId\"")]
    [InlineData("\"a\":\"\\u00g0\",\"paymentId\"", "\"paymentId\"")]
    [InlineData("\"a\":NaN,\"paymentId\"", "\"paymentId\"")]
    [InlineData("\"a\":01,\"paymentId\"", "\"paymentId\"")]
    public void Read_LaxJson_Refuses(string lax, string strict)
    {
        var index = Bodies.Succeeded.IndexOf(strict, StringComparison.Ordinal);
        Assert.True(index >= 0);
        var body = string.Concat(Bodies.Succeeded.AsSpan(0, index), lax, Bodies.Succeeded.AsSpan(index + strict.Length));

        var reading = Bodies.Read(body);

        Assert.False(reading.IsAccepted);
        Assert.Equal("$", reading.Violations[0].Field);
    }

    [Fact]
    public void Read_ByteOrderMark_Refuses()
    {
        Assert.Equal("$", Assert.Single(Bodies.Read("\uFEFF" + Bodies.Succeeded).Violations).Field);
        Assert.False(Bodies.Read("\uFEFF").IsAccepted);
    }

    [Fact]
    public void Read_OtherEncodings_Refuses()
    {
        Assert.False(NotificationReader.Read(Encoding.Unicode.GetBytes(Bodies.Succeeded)).IsAccepted);
        Assert.False(NotificationReader.Read(Encoding.UTF32.GetBytes(Bodies.Succeeded)).IsAccepted);
        Assert.False(Bodies.ReadLatin1(Bodies.Changed("\"success\"", "\"d\u00e9clin\u00e9e\"")).IsAccepted);
    }

    [Theory]
    [InlineData("\u00ff")]
    [InlineData("\u0080")]
    [InlineData("\u00c0\u00af")]
    [InlineData("\u00ed\u00a0\u0080")]
    [InlineData("\u00f4\u0090\u0080\u0080")]
    [InlineData("\u00e6\u008b")]
    public void Read_BytesThatAreNotUtf8_RefusesTheWhole(string text)
    {
        var violation = Assert.Single(Bodies.ReadLatin1(Bodies.Changed("\"success\"", $"\"a{text}b\"")).Violations);
        Assert.Equal(("$", "bytes that are not UTF-8"), (violation.Field, violation.Shape));
    }

    [Theory]
    [InlineData("\\ud83d")]
    [InlineData("\\ude00")]
    [InlineData("\\ud83d\\ud83d\\ude00")]
    [InlineData("\\ud83dx\\ude00")]
    [InlineData("\\ud83d\\n\\ude00")]
    [InlineData("\\ud83d\\\\ude00")]
    [InlineData("\\ude00\\ud83d")]
    public void Read_HalfASurrogatePair_RefusesItWhereItStands(string text)
    {
        var value = Bodies.ReadLatin1(Bodies.Changed("\"success\"", $"\"a{text}b\""));
        var name = Bodies.ReadLatin1(Bodies.With($"\"a{text}b\":\"x\""));
        var item = Bodies.ReadLatin1(Bodies.With($"\"list\":[\"{text}\"]"));

        Assert.Equal("paymentResult.resultMessage", Assert.Single(value.Violations).Field);
        Assert.Equal("?", Assert.Single(name.Violations).Field);
        Assert.Equal("list[0]", Assert.Single(item.Violations).Field);
        Assert.All([value, name, item], reading => Assert.Null(reading.CanonicalHash));
    }

    [Theory]
    [InlineData("\\ud83d\\ude00")]
    [InlineData("\\uD83D\\uDE00\\\\ud83d")]
    [InlineData("\\u0000")]
    [InlineData("\\uffff")]
    public void Read_EscapesThatAreUnicode_AreAccepted(string text) =>
        Assert.Empty(Bodies.Read(Bodies.Changed("\"success\"", $"\"{text}\"")).Violations);

    [Fact]
    public void Read_NestedToTheLimit_IsAcceptedAndOneDeeperRefused()
    {
        Assert.Empty(Bodies.Read(Bodies.With($"\"deep\":{Nested(15)}")).Violations);

        var reading = Bodies.Read(Bodies.With($"\"deep\":{Nested(16)}"));
        Assert.Equal("$", Assert.Single(reading.Violations).Field);
        Assert.Null(reading.CanonicalHash);
    }

    [Fact]
    public void Read_DepthBomb_Refuses()
    {
        Assert.False(Bodies.Read($"{{\"deep\":{Nested(30_000)},\"paymentId\":\"1\"}}").IsAccepted);
        Assert.False(Bodies.Read(new string('[', NotificationReader.MaxBodyBytes)).IsAccepted);
        Assert.False(Bodies.Read(string.Concat(Enumerable.Repeat("{\"a\":", 13_000))).IsAccepted);
    }

    [Fact]
    public void Read_LargestBody_IsAcceptedAndOneByteMoreRefusedUnread()
    {
        var largest = Bodies.Succeeded.PadRight(NotificationReader.MaxBodyBytes);

        Assert.True(Bodies.Read(largest).IsAccepted);
        var reading = Bodies.Read(largest + " ");
        Assert.Equal(("$", "65537 bytes"), (Assert.Single(reading.Violations).Field, reading.Violations[0].Shape));
        Assert.Null(reading.PaymentId);
        Assert.Null(reading.CanonicalHash);
    }

    [Fact]
    public void Read_HugeNumbers_AreRefused()
    {
        foreach (var number in new[] { "1e999999999", "-1E-999999999", new string('9', 60_000), $"0.{new string('0', 60_000)}1" })
        {
            Assert.Equal("n", Assert.Single(Bodies.Read(Bodies.With($"\"n\":{number}")).Violations).Field);
        }
    }

    [Fact]
    public void Read_ThousandsOfViolations_ListsFiftyAndCountsTheRest()
    {
        var reading = Bodies.Read(Bodies.With($"\"n\":[{string.Join(',', Enumerable.Repeat('1', 10_000))}]"));

        Assert.Equal(50, reading.Violations.Count);
        Assert.Equal("n[48]", reading.Violations[48].Field);
        Assert.Equal(("$", Severity.Refuse, "9951 more violations"), (reading.Violations[49].Field, reading.Violations[49].Severity, reading.Violations[49].Shape));
    }

    [Fact]
    public void Read_FiftyViolations_ListsThemAll()
    {
        var reading = Bodies.Read(Bodies.With($"\"n\":[{string.Join(',', Enumerable.Repeat('1', 50))}]"));

        Assert.Equal("n[49]", reading.Violations[49].Field);
        Assert.Equal(50, reading.Violations.Count);
    }

    [Fact]
    public void Read_RefusalBehindManyWarnings_StillRefuses()
    {
        var nulls = string.Join(',', Enumerable.Repeat("null", 5_000));

        var refused = Bodies.Read(Bodies.With($"\"n\":[{nulls},1]"));
        Assert.False(refused.IsAccepted);
        Assert.Equal(Severity.Refuse, Assert.Single(refused.Refusals).Severity);
        var warned = Bodies.Read(Bodies.With($"\"n\":[{nulls}]"));
        Assert.True(warned.IsAccepted);
        Assert.Equal(50, warned.Warnings.Count());
    }

    [Theory]
    [InlineData("\"a\":\"1\"")]
    [InlineData("\"paymentId\":\"1\"")]
    [InlineData("\"\\ud800\":\"1\"")]
    [InlineData("\"b\":\"\\ud800\"")]
    [InlineData("\"\":[]")]
    public void Read_BombOfRepeatedMembers_IsRefusedWithABoundedList(string member)
    {
        var count = 65_000 / (member.Length + 1);

        var reading = Bodies.Read($"{{{string.Join(',', Enumerable.Repeat(member, count))}}}");

        Assert.False(reading.IsAccepted);
        Assert.Equal(50, reading.Violations.Count);
    }

    [Fact]
    public void Read_NamesMadeForLogs_AreCutAndMadePrintable()
    {
        var name = "line\\nbreak\\u001b[31m\\u202e" + new string('x', 5_000);

        var violation = Assert.Single(Bodies.Read(Bodies.With($"\"{name}\":1")).Violations);

        Assert.StartsWith("line?break?[31m?xxx", violation.Field, StringComparison.Ordinal);
        Assert.True(violation.Field.Length <= 65);
        var deep = string.Concat(Enumerable.Repeat($"{{\"{new string('y', 100)}\":", 14)) + "1" + new string('}', 14);
        Assert.True(Assert.Single(Bodies.Read(Bodies.With($"\"d\":{deep}")).Violations).Field.Length <= 256);
    }

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);
}
