using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class ResponseClassifierTests
{
    private static readonly DateTimeOffset Start = new(2025, 2, 20, 8, 51, 49, TimeSpan.Zero);
    private static readonly AttemptTiming Timing = new(Start, Start.AddSeconds(1), TimeSpan.FromSeconds(1));
    private static readonly Verification Valid = new(VerificationStatus.Valid, "1");

    public static TheoryData<VerificationStatus> NotValid =>
        [.. Enum.GetValues<VerificationStatus>().Where(status => status != VerificationStatus.Valid)];

    [Theory]
    [InlineData("S", "SUCCESS", AttemptKind.Acknowledged)]
    [InlineData("F", "PROCESS_FAIL", AttemptKind.Rejected)]
    [InlineData("F", "PARAM_ILLEGAL", AttemptKind.Rejected)]
    [InlineData("F", "A_CODE_NOBODY_KNOWS", AttemptKind.Rejected)]
    [InlineData("F", "UNKNOWN_EXCEPTION", AttemptKind.Rejected)]
    [InlineData("F", "INVALID_SIGNATURE", AttemptKind.SetupRejected)]
    [InlineData("F", "ACCESS_DENIED", AttemptKind.SetupRejected)]
    [InlineData("U", "UNKNOWN_EXCEPTION", AttemptKind.Unknown)]
    [InlineData("U", "INVALID_SIGNATURE", AttemptKind.Unknown)]
    [InlineData("U", "SUCCESS", AttemptKind.Unknown)]
    [InlineData("s", "SUCCESS", AttemptKind.NoResult)]
    [InlineData("SUCCESS", "SUCCESS", AttemptKind.NoResult)]
    [InlineData(" S", "SUCCESS", AttemptKind.NoResult)]
    [InlineData("", "SUCCESS", AttemptKind.NoResult)]
    public void Classify_SignedResult_FollowsTheStatus(string status, string code, AttemptKind expected)
    {
        foreach (var httpStatus in new[] { 200, 201, 302, 400, 404, 500, 503 })
        {
            var result = Classify(Body(status, code), Valid, httpStatus);
            Assert.Equal(expected, result.Kind);
            Assert.Equal((status, code, "text", httpStatus), (result.ResultStatus, result.ResultCode, result.ResultMessage, result.HttpStatus));
        }
    }

    [Theory]
    [MemberData(nameof(NotValid))]
    public void Classify_ResultWithoutAValidSignature_NeverEndsADelivery(VerificationStatus status)
    {
        var verification = new Verification(status, "9");
        Assert.Equal(AttemptKind.NoResult, Classify(Body("S", "SUCCESS"), verification).Kind);
        Assert.Equal(AttemptKind.NoResult, Classify(Body("U", "UNKNOWN_EXCEPTION"), verification).Kind);
        Assert.Equal(AttemptKind.NoResult, Classify(Body("F", "PROCESS_FAIL"), verification).Kind);
        Assert.Equal(AttemptKind.SetupRejected, Classify(Body("F", "INVALID_SIGNATURE"), verification).Kind);
        Assert.Equal(AttemptKind.SetupRejected, Classify(Body("F", "INVALID_CLIENT"), verification, 401).Kind);
        Assert.Equal(
            $"No result: a S without a valid signature does not count (HTTP 200, {verification.Describe()}).", Classify(Body("S", "SUCCESS"), verification).Detail);
        Assert.Equal(status, Classify(Body("S", "SUCCESS"), verification).SignatureFault);
        Assert.Null(Classify("<html>Bad gateway</html>", verification).SignatureFault);
    }

    [Fact]
    public void Classify_PlainAcknowledgement_HasNoDetail()
    {
        var result = Classify(Body("S", "SUCCESS"), Valid);
        Assert.Null(result.Detail);
        Assert.Null(result.SignatureFault);
        Assert.False(result.SlowDown);
        Assert.Null(result.RetryAfter);
        Assert.Equal((Start, TimeSpan.FromSeconds(1)), (result.StartedAt, result.Duration));
    }

    [Theory]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":"OK"}}""")]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":null}}""")]
    [InlineData("""{"result":{"resultStatus":"S"}}""")]
    public void Classify_SignedSWithAnotherCode_IsAcknowledgedWithAWarning(string body)
    {
        var result = Classify(body, Valid);
        Assert.Equal((AttemptKind.Acknowledged, AnswerWarnings.ResultCode), (result.Kind, result.Warnings));
        Assert.Contains("other than SUCCESS", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Classify_SeveralOddities_TellsThemAll()
    {
        var unannounced = new Verification(VerificationStatus.Valid, "9", IsUnannounced: true);
        var response = Response("""{"result":{"resultStatus":"U"}}""") with { ResponseTime = null };

        var result = ResponseClassifier.Classify(response, unannounced, Timing);

        Assert.Equal((AttemptKind.Unknown, AnswerWarnings.ResultCode | AnswerWarnings.ResponseTime | AnswerWarnings.KeyVersion), (result.Kind, result.Warnings));
        Assert.Matches("^The result holds no code. The Response-Time could not be read. The answer names keyVersion 9, .*signed with a key that is.$", result.Detail);
        Assert.Contains(
            "names keyVersion nowhere", ResponseClassifier.Classify(response, unannounced with { KeyVersion = null }, Timing).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Classify_SetUpCode_SaysWhatToDoAndHowTheAnswerWasSigned()
    {
        var action = ResultCodeCatalogue.Describe("KEY_NOT_FOUND", "F").Action;
        Assert.Equal(action, Classify(Body("F", "KEY_NOT_FOUND"), Valid).Detail);
        Assert.Equal($"{action} The answer is not signed.", Classify(Body("F", "KEY_NOT_FOUND"), default).Detail);
    }

    [Theory]
    [InlineData("2025-02-20T09:06:49Z", false)]
    [InlineData("2025-02-20T09:06:50Z", true)]
    [InlineData("2025-02-20T08:36:49Z", false)]
    [InlineData("2025-02-20T08:36:48Z", true)]
    [InlineData("2025-02-20T17:21:49+08:30", false)]
    [InlineData("yesterday", true)]
    public void Classify_ResponseTime_WarnsBeyondFifteenMinutes(string time, bool warns)
    {
        var result = ResponseClassifier.Classify(Response(Body("S", "SUCCESS")) with { ResponseTime = time }, Valid, Timing);
        Assert.Equal((AttemptKind.Acknowledged, warns ? AnswerWarnings.ResponseTime : AnswerWarnings.None), (result.Kind, result.Warnings));
        Assert.Equal(warns, result.Detail?.Contains("Response-Time", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("", "the body is empty")]
    [InlineData("<html><body>Bad gateway</body></html>")]
    [InlineData("null", "no result object")]
    [InlineData("[]")]
    [InlineData("\"S\"")]
    [InlineData("{}", "no result object")]
    [InlineData("""{"result":null}""", "no result object")]
    [InlineData("""{"result":"S"}""")]
    [InlineData("""{"result":{}}""", "resultStatus is missing")]
    [InlineData("""{"result":{"resultStatus":"X","resultCode":"SUCCESS"}}""", "resultStatus is not S, F or U")]
    [InlineData("""{"result":{"resultCode":"SUCCESS"}}""", "resultStatus is missing")]
    [InlineData("""{"result":{"resultStatus":null,"resultCode":"SUCCESS"}}""", "resultStatus is missing")]
    [InlineData("""{"result":{"resultStatus":true,"resultCode":"SUCCESS"}}""")]
    [InlineData("""{"result":{"resultStatus":["S"],"resultCode":"SUCCESS"}}""")]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":0}}""")]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":1}}""")]
    [InlineData("""{"result":{"resultStatus":"F","resultStatus":"S","resultCode":"SUCCESS"}}""")]
    [InlineData("""{"result":{"resultStatus":"F","resultSt\u0061tus":"S","resultCode":"SUCCESS"}}""")]
    [InlineData("""{"result":{"resultStatus":"F"},"result":{"resultStatus":"S","resultCode":"SUCCESS"}}""")]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":"SUCCESS"}""")]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":"SUCCESS"}} x""")]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":"SUCCESS"},}""")]
    [InlineData("""{"result":{"resultStatus":"S","resultCode":"\ud800"}}""")]
    [InlineData("""{"Result":{"resultStatus":"S","resultCode":"SUCCESS"}}""", "no result object")]
    public void Classify_SignedButUnreadable_IsNoResultAndSaysWhy(string body, string why = "no readable result")
    {
        var result = Classify(body, Valid);
        Assert.Equal(AttemptKind.NoResult, result.Kind);
        Assert.StartsWith("No result: ", result.Detail, StringComparison.Ordinal);
        Assert.Contains($"{why} (HTTP 200, validly signed)", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Classify_DeeplyNestedBody_IsNoResult()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 20_000)) + string.Concat(Enumerable.Repeat("]", 20_000));
        Assert.Equal(AttemptKind.NoResult, Classify($$"""{"result":{"resultStatus":"S","resultCode":"SUCCESS"},"x":{{deep}}}""", Valid).Kind);
    }

    [Fact]
    public void Classify_InvalidUtf8_IsNoResult()
    {
        byte[] body = [.. Encoding.ASCII.GetBytes("""{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":" """), 0xFF, 0xFE, .. "\"}}"u8];
        var result = ResponseClassifier.Classify(Response("") with { Body = body }, Valid, Timing);
        Assert.Equal(AttemptKind.NoResult, result.Kind);
    }

    [Fact]
    public void Classify_ByteOrderMark_IsSkipped()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Body("S", "SUCCESS"))];
        var result = ResponseClassifier.Classify(Response("") with { Body = body }, Valid, Timing);
        Assert.Equal(AttemptKind.Acknowledged, result.Kind);
    }

    [Fact]
    public void Classify_FurtherFields_AreLeftAlone() =>
        Assert.Equal(AttemptKind.Acknowledged, Classify("""{"a":1,"result":{"x":[2],"resultStatus":"S","resultCode":"SUCCESS"}}""", Valid).Kind);

    [Theory]
    [InlineData(429, null, "UNKNOWN_EXCEPTION", true)]
    [InlineData(503, null, "UNKNOWN_EXCEPTION", true)]
    [InlineData(200, "5", "UNKNOWN_EXCEPTION", true)]
    [InlineData(200, "not a time", "UNKNOWN_EXCEPTION", true)]
    [InlineData(200, null, "REQUEST_TRAFFIC_EXCEED_LIMIT", true)]
    [InlineData(500, null, "UNKNOWN_EXCEPTION", false)]
    [InlineData(200, null, "UNKNOWN_EXCEPTION", false)]
    public void Classify_SlowDownAnswer_CountsAlsoUnsigned(int httpStatus, string? retryAfter, string code, bool expected)
    {
        var response = Response(Body("U", code)) with { HttpStatus = httpStatus, RetryAfter = retryAfter };
        Assert.Equal(expected, ResponseClassifier.Classify(response, Valid, Timing).SlowDown);
        Assert.Equal(expected, ResponseClassifier.Classify(response, default, Timing).SlowDown);
    }

    [Fact]
    public void ClassifyIncomplete_SlowDownHead_Counts()
    {
        var result = ResponseClassifier.ClassifyIncomplete(Response("") with { HttpStatus = 503, RetryAfter = "Thu, 20 Feb 2025 08:52:50 GMT", TraceId = "t" }, "cut", Timing);
        Assert.Equal((AttemptKind.NoResult, true, TimeSpan.FromMinutes(1), "t", "cut"), (result.Kind, result.SlowDown, result.RetryAfter, result.TraceId, result.Detail));
    }

    [Fact]
    public void Classify_MissingBody_IsNoResult()
    {
        var result = ResponseClassifier.Classify(Response("") with { Body = null }, Valid, Timing);
        Assert.Equal((AttemptKind.NoResult, "The answer's body could not be read in full."), (result.Kind, result.Detail));
    }

    private static AttemptResult Classify(string body, Verification verification, int httpStatus = 200) =>
        ResponseClassifier.Classify(Response(body) with { HttpStatus = httpStatus }, verification, Timing);

    private static NotifyResponse Response(string body) => new()
    {
        HttpStatus = 200,
        ResponseTime = "2025-02-20T08:51:50Z",
        Body = Encoding.UTF8.GetBytes(body),
    };

    private static string Body(string status, string code) =>
        $$$"""{"result":{"resultStatus":"{{{status}}}","resultCode":"{{{code}}}","resultMessage":"text"}}""";
}
