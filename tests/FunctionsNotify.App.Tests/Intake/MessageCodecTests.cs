using System.Text;

namespace FunctionsNotify.App.Tests.Storage;

public sealed class MessageCodecTests
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly string Body = Encoding.UTF8.GetString(Given.Body);

    [Fact]
    public void Decode_Bare_GivesTheSameBytes() => AssertBody(Decode(Body));

    [Fact]
    public void Decode_BareInOuterWhitespace_TrimsOnlyThat() => AssertBody(Decode("\r\n\t " + Body + " \n"));

    [Fact]
    public void Decode_BareWithByteOrderMark_DropsIt() => AssertBody(MessageCodec.Decode((byte[])[0xEF, 0xBB, 0xBF, .. Given.Body]));

    [Fact]
    public void Decode_Base64OfBare_GivesTheSameBytes() => AssertBody(Decode(Base64(Body)));

    [Fact]
    public void Decode_Base64OfBase64_GivesTheSameBytes() => AssertBody(Decode(Base64(Base64(Body))));

    [Fact]
    public void Decode_Base64WithByteOrderMarks_GivesTheSameBytes() =>
        AssertBody(Decode("\uFEFF" + Convert.ToBase64String([0xEF, 0xBB, 0xBF, .. Given.Body])));

    [Fact]
    public void Decode_Base64InLines_GivesTheSameBytes() =>
        AssertBody(Decode(Convert.ToBase64String(Given.Body, Base64FormattingOptions.InsertLineBreaks)));

    [Theory]
    [InlineData("""{"functionsNotify":1,"notification":@}""")]
    [InlineData("""{ "functionsNotify" : 1 , "notification" :   @   }""")]
    [InlineData("""{"notification":@,"functionsNotify":1}""")]
    [InlineData("""{"\u0066unctionsNotify":1,"notificatio\u006E":@}""")]
    [InlineData("""{"functionsNotify":1,"traceparent":null,"tracestate":null,"notification":@}""")]
    public void Decode_Envelope_SlicesTheNotificationVerbatim(string envelope)
    {
        var text = envelope.Replace("@", Body, StringComparison.Ordinal);

        AssertBody(Decode(text));
        AssertBody(Decode(Base64(text)));
        AssertBody(Decode("\uFEFF" + text));
    }

    [Fact]
    public void Decode_EnvelopeWithTrace_GivesTheTrace()
    {
        var decoded = Decode($$"""{"functionsNotify":1,"traceparent":"{{TraceParent}}","tracestate":"a=b,c=d","notification":{{Body}}}""");

        AssertBody(decoded);
        Assert.Equal(TraceParent, decoded.TraceParent);
        Assert.Equal("a=b,c=d", decoded.TraceState);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331\"")]
    [InlineData("\"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01\"")]
    [InlineData("\"00-00000000000000000000000000000000-b7ad6b7169203331-01\"")]
    [InlineData("\"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01\"")]
    [InlineData("\"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{\"a\":1}")]
    public void Decode_TraceParentThatIsNone_WarnsAndDropsTheTrace(string traceParent)
    {
        var decoded = Decode($$"""{"functionsNotify":1,"traceparent":{{traceParent}},"tracestate":"a=b","notification":{{Body}}}""");

        AssertBody(decoded, warnings: 1);
        Assert.Null(decoded.TraceParent);
        Assert.Null(decoded.TraceState);
        Assert.Equal("envelope.traceparent", decoded.Violations[0].Field);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"a=\\u0007\"")]
    [InlineData("\"ä=b\"")]
    [InlineData("1")]
    public void Decode_TraceStateThatIsNone_WarnsAndDropsIt(string traceState)
    {
        var decoded = Decode($$"""{"functionsNotify":1,"traceparent":"{{TraceParent}}","tracestate":{{traceState}},"notification":{{Body}}}""");

        AssertBody(decoded, warnings: 1);
        Assert.Equal(TraceParent, decoded.TraceParent);
        Assert.Null(decoded.TraceState);
    }

    [Fact]
    public void Decode_TraceStateWithoutTraceParent_WarnsAndDropsIt()
    {
        var decoded = Decode($$"""{"functionsNotify":1,"tracestate":"a=b","notification":{{Body}}}""");

        AssertBody(decoded, warnings: 1);
        Assert.Null(decoded.TraceState);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("1.0")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Decode_OtherVersion_RefusesAndStillFindsTheNotification(string version)
    {
        var decoded = Decode($$"""{"functionsNotify":{{version}},"notification":{{Body}}}""");

        AssertRefused(decoded, "envelope.functionsNotify");
        Assert.Equal(Body, Text(decoded.Notification!.Value));
    }

    [Theory]
    [InlineData("""{"functionsNotify":1,"functionsNotify":1,"notification":@}""", "envelope.functionsNotify")]
    [InlineData("""{"functionsNotify":1,"notification":@,"notification":@}""", "envelope.notification")]
    [InlineData("""{"functionsNotify":1,"notification":@,"notificatio\u006e":{}}""", "envelope.notification")]
    [InlineData("""{"functionsNotify":1,"traceparent":null,"notification":@,"traceparent":null}""", "envelope.traceparent")]
    public void Decode_MemberGivenTwice_Refuses(string envelope, string field) =>
        AssertRefused(Decode(envelope.Replace("@", Body, StringComparison.Ordinal)), field);

    [Fact]
    public void Decode_TwoNotifications_GivesNeither() =>
        Assert.Null(Decode($$$"""{"functionsNotify":1,"notification":{{{Body}}},"notification":{}}""").Notification);

    [Fact]
    public void Decode_UnknownMembers_RefusesAndNamesEach()
    {
        var decoded = Decode($$"""{"functionsNotify":1,"paymentTime":"x","no\u0007te":{"a":[1]},"\ud800":1,"notification":{{Body}}}""");

        Assert.Equal(["envelope.paymentTime", "envelope.no?te", "envelope.?"], decoded.Violations.Select(violation => violation.Field));
        Assert.All(decoded.Violations, violation => Assert.Equal(Severity.Refuse, violation.Severity));
        Assert.False(decoded.IsAccepted);
    }

    [Fact]
    public void Decode_ManyUnknownMembers_ListsSomeAndCountsTheRest()
    {
        var members = string.Concat(Enumerable.Range(0, 1_000).Select(index => $"\"m{index}\":1,"));
        var decoded = Decode($$"""{{{members}}"functionsNotify":1,"notification":{{Body}}}""");

        Assert.Equal(21, decoded.Violations.Count);
        Assert.Equal("980 more unknown members", decoded.Violations[^1].Shape);
    }

    [Theory]
    [InlineData("""{"functionsNotify":1}""", "missing")]
    [InlineData("""{"functionsNotify":1,"notification":null}""", "null")]
    [InlineData("""{"functionsNotify":1,"notification":"{}"}""", "string")]
    [InlineData("""{"functionsNotify":1,"notification":[{}]}""", "array")]
    public void Decode_EnvelopeWithoutNotificationObject_Refuses(string envelope, string shape)
    {
        var decoded = Decode(envelope);

        AssertRefused(decoded, "envelope.notification");
        Assert.Equal(shape, decoded.Violations[0].Shape);
        Assert.Null(decoded.Notification);
    }

    [Theory]
    [InlineData("""{"functionsNotify":1,"notification":{}} x""")]
    [InlineData("""{"functionsNotify":1,"notification":{},}""")]
    [InlineData("""{"functionsNotify":1,/* */"notification":{}}""")]
    public void Decode_EnvelopeThatIsNotStrictJson_Refuses(string envelope) => AssertRefused(Decode(envelope), "$");

    [Fact]
    public void IntakeReading_RefusedEnvelopeAroundSoundNotification_IsNotAccepted()
    {
        var reading = IntakeReading.Of(Encoding.UTF8.GetBytes($$"""{"functionsNotify":1,"extra":"x","notification":{{Body}}}"""));

        Assert.False(reading.IsAccepted);
        Assert.Equal("20260304", reading.Notification!.PaymentId);
        Assert.Throws<InvalidOperationException>(() => reading.ToClaim(new QueueMessageData("m", Given.AcceptedAt, 1, default), Given.AcceptedAt));
    }

    [Fact]
    public void Decode_BareWithBrokenJson_LeavesTheFaultToTheNotificationsReader()
    {
        var decoded = Decode("""{"paymentId":"p","functions""");

        Assert.Empty(decoded.Violations);
        Assert.False(IntakeReading.Of(Encoding.UTF8.GetBytes("""{"paymentId":"p","functions""")).IsAccepted);
        Assert.Equal("""{"paymentId":"p","functions""", Text(decoded.Notification!.Value));
    }

    [Fact]
    public void Decode_FunctionsNotifyInsideAField_IsBare() =>
        Assert.Empty(Decode("""{"x":{"functionsNotify":2}}""").Violations);

    public static TheoryData<byte[], string> NoObjects => new()
    {
        { [], "nothing" },
        { "  \r\n"u8.ToArray(), "nothing" },
        { Encoding.Unicode.GetBytes(Body), $"UTF-16 text of {2 * Body.Length} bytes" },
        { Encoding.BigEndianUnicode.GetBytes(Body), $"UTF-16 text of {2 * Body.Length} bytes" },
        { [.. Encoding.Unicode.GetPreamble(), .. "{}"u8], "UTF-16 text of 4 bytes" },
        { Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.Unicode.GetBytes("{}"))), "base64 of UTF-16 text of 4 bytes" },
        { [0xC3, 0x28, 0x41], "3 bytes that are not UTF-8" },
        { Encoding.UTF8.GetBytes(Convert.ToBase64String([0xC3, 0x28, 0xFF])), "base64 of 3 bytes that are not UTF-8" },
        { Encoding.UTF8.GetBytes(Base64("hello, no json")), "base64 of text of 14 bytes that is neither JSON object nor base64 of one" },
        { "[{}]"u8.ToArray(), "JSON array" },
        { "\"{}\""u8.ToArray(), "JSON string" },
        { "<xml/>"u8.ToArray(), "text of 6 bytes that is neither JSON object nor base64 of one" },
        { Encoding.UTF8.GetBytes(Base64(Base64(Base64("{}")))), "base64 of text of 4 bytes that is neither JSON object nor base64 of one" },
    };

    [Theory]
    [MemberData(nameof(NoObjects))]
    public void Decode_NoObject_RefusesAndSaysTheShape(byte[] content, string shape)
    {
        var decoded = MessageCodec.Decode(content);

        AssertRefused(decoded, "$");
        Assert.Equal(shape, decoded.Violations[0].Shape);
        Assert.Null(decoded.Notification);
    }

    [Theory]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    public void Decode_AtTheSizeLimit_RefusesOnlyAbove(int length, bool isAccepted)
    {
        var content = Encoding.UTF8.GetBytes("{\"x\":\"" + new string('a', length - 8) + "\"}");

        var decoded = MessageCodec.Decode(content);

        Assert.Equal(isAccepted, decoded.IsAccepted);
        Assert.Equal(isAccepted ? [] : ["65537 bytes"], decoded.Violations.Select(violation => violation.Shape));
    }

    [Fact]
    public void Decode_BrokenUtf8InABareText_IsToldByTheNotificationsReader()
    {
        byte[] content = [.. "{\"paymentId\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        var reading = IntakeReading.Of(content);

        Assert.Contains(reading.Violations, violation => violation is { Field: "$", Shape: "bytes that are not UTF-8" });
    }

    private static DecodedMessage Decode(string text) => MessageCodec.Decode(Encoding.UTF8.GetBytes(text));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static void AssertBody(DecodedMessage decoded, int warnings = 0)
    {
        Assert.Equal(warnings, decoded.Violations.Count);
        Assert.All(decoded.Violations, violation => Assert.Equal(Severity.Warn, violation.Severity));
        Assert.True(decoded.IsAccepted);
        Assert.Equal(Body, Text(decoded.Notification!.Value));
    }

    private static void AssertRefused(DecodedMessage decoded, string field)
    {
        Assert.Contains(decoded.Violations, violation => violation.Severity == Severity.Refuse && violation.Field == field);
        Assert.False(decoded.IsAccepted);
    }
}
