using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

public sealed class NotificationReaderTests
{
    private const string Id = "20200101234567890130000";
    private const string RequestId = "pay_1089760038715669_102775745070000";
    private const string Time = "2020-01-01T12:01:01+08:30";

    [Fact]
    public void Read_SucceededPayment_IsAcceptedAsWritten()
    {
        var reading = Bodies.Read(Bodies.Succeeded);

        Assert.Empty(reading.Violations);
        Assert.Equal(
            new PaymentNotification
            {
                PaymentResult = new PaymentResult { ResultStatus = "S", ResultCode = "SUCCESS", ResultMessage = "success" },
                PaymentId = Id,
                PaymentRequestId = RequestId,
                PaymentTime = Time,
            },
            reading.Notification);
        Assert.Equal(Id, reading.PaymentId);
    }

    [Fact]
    public void Read_FailedPayment_NeedsNoRequestIdAndNoTime()
    {
        var reading = Bodies.Read(Bodies.Failed);

        Assert.Empty(reading.Violations);
        Assert.Equal("déclinée 拒絶", reading.Notification!.PaymentResult.ResultMessage);
        Assert.Null(reading.Notification.PaymentRequestId);
        Assert.Null(reading.Notification.PaymentTime);
    }

    [Theory]
    [InlineData("MERCHANT_KYB_NOT_QUALIFIED")]
    [InlineData("SOME_CODE_WE_NEVER_READ_OF")]
    [InlineData("x")]
    [InlineData("success")]
    public void Read_AnyFailureCode_IsAccepted(string code) =>
        Assert.Empty(Bodies.Read(Bodies.FailedWithCode($"\"{code}\"")).Violations);

    [Theory]
    [InlineData("\"resultMessage\":\"success\"", "\"resultMessage\":null")]
    [InlineData(",\"resultMessage\":\"success\"", "")]
    [InlineData("\"resultMessage\":\"success\"", "\"resultMessage\":\" \\n\"")]
    public void Read_OptionalTextUnusedOrFree_IsAccepted(string part, string replacement) =>
        Assert.Empty(Bodies.Read(Bodies.Changed(part, replacement)).Violations);

    [Theory]
    [InlineData("\"amount\":{\"currency\":\"USD\",\"value\":\"20\"}")]
    [InlineData("\"unused\":null,\"inner\":{\"unused\":null}")]
    [InlineData("\"list\":[\"a\",[\"b\"],{},[]]")]
    [InlineData("\"\":\"a field without a name\"")]
    public void Read_UnknownFields_ArePassedThrough(string fields) =>
        Assert.Empty(Bodies.Read(Bodies.With(fields)).Violations);

    [Theory]
    [InlineData("PaymentId", "paymentId")]
    [InlineData("paymentRequestID", "paymentRequestId")]
    [InlineData("pamyentTime", "paymentTime")]
    public void Read_MisspeltField_IsPassedThroughWithAWarning(string name, string meant)
    {
        var reading = Bodies.Read(Bodies.With($"\"{name}\":\"x\""));
        var warning = Assert.Single(reading.Violations);
        Assert.True(reading.IsAccepted);
        Assert.Equal((name, Severity.Warn), (warning.Field, warning.Severity));
        Assert.EndsWith($"did you mean {meant}?", warning.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownFieldInPaymentResult_IsPassedThrough() =>
        Assert.Empty(Bodies.Read(Bodies.Changed("\"resultStatus\"", "\"resultOther\":\"x\",\"resultStatus\"")).Violations);

    [Theory]
    // paymentResult
    [InlineData("{\"resultCode\":\"SUCCESS\",\"resultStatus\":\"S\",\"resultMessage\":\"success\"}", "null", "paymentResult", "is required", "null")]
    [InlineData("{\"resultCode\":\"SUCCESS\",\"resultStatus\":\"S\",\"resultMessage\":\"success\"}", "\"S\"", "paymentResult", "must be a JSON object", "string of 1 character")]
    [InlineData("{\"resultCode\":\"SUCCESS\",\"resultStatus\":\"S\",\"resultMessage\":\"success\"}", "[]", "paymentResult", "must be a JSON object", "array")]
    // resultStatus
    [InlineData("\"resultStatus\":\"S\",", "", "paymentResult.resultStatus", "is required", "missing")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":null", "paymentResult.resultStatus", "is required", "null")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":\"U\"", "paymentResult.resultStatus", "must not be U", "string of 1 character")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":\"s\"", "paymentResult.resultStatus", "must be S or F", "string of 1 character")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":\"S \"", "paymentResult.resultStatus", "must be S or F", "string of 2 characters")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":\"\"", "paymentResult.resultStatus", "must not be empty", "empty string")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":true", "paymentResult.resultStatus", "must be a JSON string", "boolean")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":[\"S\"]", "paymentResult.resultStatus", "must be a JSON string", "array")]
    // resultCode
    [InlineData("\"resultCode\":\"SUCCESS\",", "", "paymentResult.resultCode", "is required", "missing")]
    [InlineData("\"resultCode\":\"SUCCESS\"", "\"resultCode\":\"\"", "paymentResult.resultCode", "must not be empty", "empty string")]
    [InlineData("\"resultCode\":\"SUCCESS\"", "\"resultCode\":\" \"", "paymentResult.resultCode", "must not be blank", "string of 1 character")]
    [InlineData("\"resultCode\":\"SUCCESS\"", "\"resultCode\":\"RISK_REJECT\"", "paymentResult.resultCode", "must be SUCCESS when", "string of 11 characters")]
    [InlineData("\"resultCode\":\"SUCCESS\"", "\"resultCode\":\"Success\"", "paymentResult.resultCode", "must be SUCCESS when", "string of 7 characters")]
    [InlineData("\"resultStatus\":\"S\"", "\"resultStatus\":\"F\"", "paymentResult.resultCode", "must not be SUCCESS when", "string of 7 characters")]
    [InlineData("\"resultCode\":\"SUCCESS\"", "\"resultCode\":200", "paymentResult.resultCode", "must be a JSON string", "number")]
    // resultMessage
    [InlineData("\"resultMessage\":\"success\"", "\"resultMessage\":\"\"", "paymentResult.resultMessage", "must not be empty", "empty string")]
    [InlineData("\"resultMessage\":\"success\"", "\"resultMessage\":false", "paymentResult.resultMessage", "must be a JSON string", "boolean")]
    // paymentId
    [InlineData("\"paymentId\":\"20200101234567890130000\",", "", "paymentId", "is required", "missing")]
    [InlineData("\"20200101234567890130000\"", "null", "paymentId", "is required", "null")]
    [InlineData("\"20200101234567890130000\"", "\"\"", "paymentId", "must not be empty", "empty string")]
    [InlineData("\"20200101234567890130000\"", "\" \\t\\u3000\"", "paymentId", "must not be blank", "string of 3 characters")]
    [InlineData("\"20200101234567890130000\"", "\"2020\\n\"", "paymentId", "must have no control characters", "string of 5 characters")]
    [InlineData("\"20200101234567890130000\"", "\"\\u00002020\"", "paymentId", "must have no control characters", "string of 5 characters")]
    [InlineData("\"20200101234567890130000\"", "20200101234567890130000", "paymentId", "must be a JSON string", "number")]
    [InlineData("\"20200101234567890130000\"", "{}", "paymentId", "must be a JSON string", "object")]
    // paymentRequestId
    [InlineData("\"paymentRequestId\":\"pay_1089760038715669_102775745070000\",", "", "paymentRequestId", "is required when resultStatus is S", "missing")]
    [InlineData("\"pay_1089760038715669_102775745070000\"", "null", "paymentRequestId", "is required when resultStatus is S", "null")]
    [InlineData("\"pay_1089760038715669_102775745070000\"", "\"\"", "paymentRequestId", "must not be empty", "empty string")]
    [InlineData("\"pay_1089760038715669_102775745070000\"", "\" \"", "paymentRequestId", "must not be blank", "string of 1 character")]
    [InlineData("\"pay_1089760038715669_102775745070000\"", "\"a\\rb\"", "paymentRequestId", "must have no control characters", "string of 3 characters")]
    [InlineData("\"pay_1089760038715669_102775745070000\"", "1", "paymentRequestId", "must be a JSON string", "number")]
    // paymentTime
    [InlineData("\"2020-01-01T12:01:01+08:30\"", "\"\"", "paymentTime", "must not be empty", "empty string")]
    [InlineData("\"2020-01-01T12:01:01+08:30\"", "\"2020-01-01T12:01:01\"", "paymentTime", "must be an ISO 8601", "string of 19 characters")]
    [InlineData("\"2020-01-01T12:01:01+08:30\"", "1577853061", "paymentTime", "must be a JSON string", "number")]
    public void Read_RuleBroken_RefusesWithFieldRuleAndShape(string part, string replacement, string field, string rule, string shape)
    {
        var reading = Bodies.Read(Bodies.Changed(part, replacement));

        Assert.False(reading.IsAccepted);
        var violation = Assert.Single(reading.Refusals);
        Assert.Equal(field, violation.Field);
        Assert.StartsWith(rule, violation.Rule, StringComparison.Ordinal);
        Assert.Equal(shape, violation.Shape);
    }

    [Theory]
    [InlineData("\"amount\":20", "amount", "must be a JSON string", "number")]
    [InlineData("\"flag\":true", "flag", "must be a JSON string", "boolean")]
    [InlineData("\"note\":\"\"", "note", "must not be empty", "empty string")]
    [InlineData("\"order\":{\"items\":[\"a\",{\"price\":1e5}]}", "order.items[1].price", "must be a JSON string", "number")]
    [InlineData("\"list\":[\"a\",\"\"]", "list[1]", "must not be empty", "empty string")]
    [InlineData("\"a\":\"1\",\"a\":\"1\"", "a", "must be given once", "given again, string of 1 character")]
    [InlineData("\"a\":\"1\",\"\\u0061\":\"2\"", "a", "must be given once", "given again, string of 1 character")]
    [InlineData("\"o\":{\"x\":\"1\",\"x\":\"1\"}", "o.x", "must be given once", "given again, string of 1 character")]
    [InlineData("\"paymentTime\":\"2020-01-01T12:01:01Z\"", "paymentTime", "must be given once", "given again, string of 20 characters")]
    [InlineData("\"paymentI\\u0064\":\"2\"", "paymentId", "must be given once", "given again, string of 1 character")]
    public void Read_FurtherFieldBreaksRule_Refuses(string fields, string field, string rule, string shape)
    {
        var violation = Assert.Single(Bodies.Read(Bodies.With(fields)).Refusals);

        Assert.Equal(field, violation.Field);
        Assert.StartsWith(rule, violation.Rule, StringComparison.Ordinal);
        Assert.Equal(shape, violation.Shape);
    }

    [Theory]
    [InlineData("\"20200101234567890130000\"", "\" 2020\"", "paymentId")]
    [InlineData("\"pay_1089760038715669_102775745070000\"", "\"pay \"", "paymentRequestId")]
    [InlineData(",\"paymentTime\":\"2020-01-01T12:01:01+08:30\"", "", "paymentTime")]
    [InlineData("\"2020-01-01T12:01:01+08:30\"", "null", "paymentTime")]
    [InlineData("\"2020-01-01T12:01:01+08:30\"", "\"2020-01-01T12:01:01+0830\"", "paymentTime")]
    [InlineData("\"paymentId\"", "\"list\":[null],\"paymentId\"", "list[0]")]
    public void Read_DoubtfulRuleBroken_WarnsAndAccepts(string part, string replacement, string field)
    {
        var reading = Bodies.Read(Bodies.Changed(part, replacement));

        Assert.True(reading.IsAccepted);
        Assert.Equal(field, Assert.Single(reading.Warnings).Field);
    }

    [Theory]
    [InlineData("\"RISK_REJECT\\n\"")]
    [InlineData("\" RISK_REJECT\"")]
    public void Read_ResultCodeWithBlanksOrControls_WarnsAndAccepts(string literal)
    {
        var reading = Bodies.Read(Bodies.FailedWithCode(literal));

        Assert.True(reading.IsAccepted);
        Assert.Equal("paymentResult.resultCode", Assert.Single(reading.Warnings).Field);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("拒")]
    [InlineData("😀")]
    public void Read_IdOf64Characters_IsAcceptedAnd65Refused(string character)
    {
        foreach (var (field, value) in new[] { ("paymentId", Id), ("paymentRequestId", RequestId) })
        {
            Assert.Empty(Bodies.Read(Bodies.Changed(value, Repeat(character, 64))).Violations);

            var violation = Assert.Single(Bodies.Read(Bodies.Changed(value, Repeat(character, 65))).Violations);
            Assert.Equal((field, Severity.Refuse, "string of 65 characters"), (violation.Field, violation.Severity, violation.Shape));
        }
    }

    [Fact]
    public void Read_RequestIdOfFailedPaymentTooLong_Refuses()
    {
        var reading = Bodies.Read($"{Bodies.Failed[..^1]},\"paymentRequestId\":\"{Repeat("x", 65)}\"}}");

        Assert.Equal("paymentRequestId", Assert.Single(reading.Refusals).Field);
    }

    [Fact]
    public void Read_ResultCodeOrMessageTooLong_WarnsAndAccepts()
    {
        Assert.Empty(Bodies.Read(Bodies.FailedWithCode($"\"{Repeat("😀", 64)}\"")).Violations);
        Assert.Empty(Bodies.Read(Bodies.Changed("\"success\"", $"\"{Repeat("😀", 256)}\"")).Violations);

        var code = Bodies.Read(Bodies.FailedWithCode($"\"{Repeat("x", 65)}\""));
        Assert.True(code.IsAccepted);
        Assert.Equal(("paymentResult.resultCode", "string of 65 characters"), FieldAndShape(Assert.Single(code.Warnings)));

        var message = Bodies.Read(Bodies.Changed("\"success\"", $"\"{Repeat("x", 257)}\""));
        Assert.True(message.IsAccepted);
        Assert.Equal(("paymentResult.resultMessage", "string of 257 characters"), FieldAndShape(Assert.Single(message.Warnings)));
    }

    [Fact]
    public void Read_ManyRulesBroken_TellsThemAllInTheOrderOfTheFields()
    {
        var reading = Bodies.Read(
            """
            {"extra":{"n":1},"paymentTime":"yesterday","paymentRequestId":"","paymentId":7,
             "paymentResult":{"resultMessage":"","resultCode":" ","resultStatus":"U","more":false}}
            """);

        Assert.Equal(
            [
                "paymentResult.resultStatus", "paymentResult.resultCode", "paymentResult.resultMessage", "paymentResult.more",
                "paymentId", "paymentRequestId", "paymentTime", "extra.n",
            ],
            reading.Violations.Select(violation => violation.Field));
        Assert.All(reading.Violations, violation => Assert.Equal(Severity.Refuse, violation.Severity));
    }

    [Fact]
    public void Read_EmptyObject_TellsEveryRequiredField() =>
        Assert.Equal(["paymentResult", "paymentId"], Bodies.Read("{}").Refusals.Select(violation => violation.Field));

    [Fact]
    public void Read_WarningsBesideRefusals_AreBothTold()
    {
        var reading = Bodies.Read(Bodies.Changed(Time, Repeat("9", 9)).Replace(Id, $" {Id}", StringComparison.Ordinal));

        Assert.Equal(["paymentId"], reading.Warnings.Select(violation => violation.Field));
        Assert.Equal(["paymentTime"], reading.Refusals.Select(violation => violation.Field));
    }

    [Fact]
    public void Read_RulesBroken_NeverQuotesAValue()
    {
        const string secret = "hush!secret";
        var values = new[] { $"\"{secret}\"", $"\"{secret}\\n\"", $"[\"{secret}\",\"\"]", $"\"{secret}\\ud800\"", $"\"{secret}", secret, $"\"{secret}\\q\"" };
        var literals = new[] { "\"SUCCESS\"", "\"S\"", "\"success\"", $"\"{Id}\"", $"\"{RequestId}\"", $"\"{Time}\"" };
        var found = 0;
        foreach (var literal in literals)
        {
            foreach (var value in values)
            {
                var reading = Bodies.Read(Bodies.Changed(literal, value));
                found += reading.Violations.Count;
                Assert.All(reading.Violations, violation => Assert.DoesNotContain("hush", violation.ToString(), StringComparison.Ordinal));
            }
        }

        Assert.True(found >= 30, $"only {found} violations");
    }

    [Theory]
    [InlineData("\"F\"", "\"U\"")]
    [InlineData("\"resultCode\"", "\"resultC\"")]
    [InlineData(",\"paymentId\"", ",\"n\":1,\"paymentId\"")]
    public void Read_OtherFieldRefused_StillReadsThePaymentId(string part, string replacement)
    {
        var reading = Bodies.Read(Bodies.Failed.Replace(part, replacement, StringComparison.Ordinal));

        Assert.False(reading.IsAccepted);
        Assert.Equal(Id, reading.PaymentId);
    }

    [Fact]
    public void Read_TextThatIsNotJson_HasOneFaultWithItsPlace()
    {
        // The guide's own sample, trailing comma and all.
        var reading = Bodies.Read($"{Bodies.Succeeded[..^1]},\n}}");

        Assert.Equal(("$", "invalid JSON at line 2, byte 1"), FieldAndShape(Assert.Single(reading.Violations)));
        Assert.Null(reading.CanonicalHash);
        Assert.Null(reading.PaymentId);
    }

    [Theory]
    [InlineData("{\"paymentId\":7}", null)]
    [InlineData("{\"paymentId\":\"\"}", null)]
    [InlineData("{\"paymentId\":\"\\ud800\"}", null)]
    [InlineData("{\"paymentId\":\"a\",\"paymentId\":\"b\"}", null)]
    [InlineData("{\"paymentId\":\"a\",\"paymentId\":7}", null)]
    [InlineData("{\"paymentId\":\"a\",\"paymentId\":\"a\"}", null)]
    [InlineData("{\"inner\":{\"paymentId\":\"a\"}}", null)]
    [InlineData("[{\"paymentId\":\"a\"}]", null)]
    [InlineData("{\"paymentId\":\"\\u0061\\n\"}", "a\uFFFD")]
    public void Read_PaymentIdInARefusedBody_IsReadOnlyWhenPlain(string body, string? expected)
    {
        var reading = Bodies.Read(body);

        Assert.False(reading.IsAccepted);
        Assert.Equal(expected, reading.PaymentId);
    }

    [Fact]
    public void Read_PaymentIdVeryLong_IsCutWithoutBreakingACharacter()
    {
        Assert.Equal(Repeat("x", 256), Bodies.Read(Bodies.Changed(Id, Repeat("x", 1_000))).PaymentId);
        Assert.Equal($"x{Repeat("😀", 127)}", Bodies.Read(Bodies.Changed(Id, $"x{Repeat("😀", 500)}")).PaymentId);
    }

    private static (string Field, string Shape) FieldAndShape(Violation violation) => (violation.Field, violation.Shape);

    private static string Repeat(string text, int count) =>
        new StringBuilder().Insert(0, text, count).ToString();
}
