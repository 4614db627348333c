namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class ResultCodeCatalogueTests
{
    [Fact]
    public void All_IsTheProtocolPagesTable()
    {
        string[] expected =
        [
            "ACCESS_DENIED F set-up", "BUSINESS_NOT_SUPPORT F", "CLIENT_INVALID F set-up", "CURRENCY_NOT_SUPPORT F", "INVALID_API F set-up", "INVALID_CLIENT F set-up",
            "INVALID_CONTRACT F set-up", "INVALID_SIGNATURE F set-up", "KEY_NOT_FOUND F set-up", "MEDIA_TYPE_NOT_ACCEPTABLE F set-up", "MERCHANT_NOT_REGISTERED F",
            "METHOD_NOT_SUPPORTED F set-up", "NO_INTERFACE_DEF F set-up", "ORDER_IS_CLOSED F", "ORDER_NOT_EXIST F", "PARAM_ILLEGAL F", "PAYMENT_AMOUNT_EXCEED_LIMIT F",
            "PAYMENT_COUNT_EXCEED_LIMIT F", "PROCESS_FAIL F", "REGULATION_RESTRICTION F", "REPEAT_REQ_INCONSISTENT F", "REQUEST_TRAFFIC_EXCEED_LIMIT U",
            "SIGNATURE_INVALID F set-up", "SUCCESS S", "UNKNOWN_EXCEPTION U",
        ];
        Assert.Equal(expected, ResultCodeCatalogue.All.Select(entry => $"{entry.Code} {entry.Status}{(entry.IsSetUp ? " set-up" : "")}").Order(StringComparer.Ordinal));
        Assert.All(ResultCodeCatalogue.All, entry => Assert.EndsWith(".", entry.Action, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("KEY_NOT_FOUND", true)]
    [InlineData("ACCESS_DENIED", true)]
    [InlineData("INVALID_CONTRACT", true)]
    [InlineData("CURRENCY_NOT_SUPPORT", false)]
    [InlineData("key_not_found", false)]
    [InlineData("KEY_NOT_FOUND ", false)]
    [InlineData("PROCESS_FAIL", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsSetUpCode_ExactCodesOnly(string? code, bool expected) => Assert.Equal(expected, ResultCodeCatalogue.IsSetUpCode(code));

    [Theory]
    [InlineData("NEW_CODE", "F", "F", "Not retryable: look the code up")]
    [InlineData("NEW_CODE", "U", "U", "Nothing, it is retried")]
    [InlineData("NEW_CODE", "S", "S", "Nothing; the code is unusual")]
    [InlineData("NEW_CODE", "X", "U", "Nothing, it is retried")]
    [InlineData(null, null, "U", "Nothing, it is retried")]
    [InlineData("PARAM_ILLEGAL", null, "F", "Correct the field")]
    [InlineData("BUSINESS_NOT_SUPPORT", "F", "F", "Not retryable. Reconcile the payment by hand")]
    public void Describe_CodeAndStatus_SaysWhatToDo(string? code, string? status, string expectedStatus, string action)
    {
        var entry = ResultCodeCatalogue.Describe(code, status);
        Assert.Equal((code ?? "", expectedStatus), (entry.Code, entry.Status));
        Assert.StartsWith(action, entry.Action, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SUCCESS", "SUCCESS")]
    [InlineData("NEW_CODE", "OTHER")]
    [InlineData("success", "OTHER")]
    [InlineData("", "NONE")]
    [InlineData(null, "NONE")]
    public void MetricLabel_AnyCode_IsFromTheClosedSet(string? code, string expected) =>
        Assert.Equal(expected, ResultCodeCatalogue.MetricLabel(code));
}
