namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class ResultCodeCatalogueTests
{
    [Fact]
    public void All_IsTheProtocolPagesTable()
    {
        string[] expected =
        [
            "ACCESS_DENIED F SetUp", "CLIENT_INVALID F SetUp", "INVALID_API F SetUp", "INVALID_CLIENT F SetUp",
            "INVALID_SIGNATURE F SetUp", "KEY_NOT_FOUND F SetUp", "MEDIA_TYPE_NOT_ACCEPTABLE F SetUp",
            "METHOD_NOT_SUPPORTED F SetUp", "NO_INTERFACE_DEF F SetUp", "ORDER_IS_CLOSED F Reconciliation",
            "ORDER_NOT_EXIST F Reconciliation", "PARAM_ILLEGAL F Correction", "PROCESS_FAIL F Business",
            "REPEAT_REQ_INCONSISTENT F Reconciliation", "REQUEST_TRAFFIC_EXCEED_LIMIT U Retried",
            "SIGNATURE_INVALID F SetUp", "SUCCESS S Acknowledged", "UNKNOWN_EXCEPTION U Retried",
        ];
        Assert.Equal(expected, ResultCodeCatalogue.All.Select(entry => $"{entry.Code} {entry.Status} {entry.Category}").Order(StringComparer.Ordinal));
        Assert.All(ResultCodeCatalogue.All, entry => Assert.EndsWith(".", entry.Action, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("KEY_NOT_FOUND", true)]
    [InlineData("ACCESS_DENIED", true)]
    [InlineData("key_not_found", false)]
    [InlineData("KEY_NOT_FOUND ", false)]
    [InlineData("PROCESS_FAIL", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsSetUpCode_ExactCodesOnly(string? code, bool expected) => Assert.Equal(expected, ResultCodeCatalogue.IsSetUpCode(code));

    [Theory]
    [InlineData("NEW_CODE", "F", ResultCategory.Business)]
    [InlineData("NEW_CODE", "U", ResultCategory.Retried)]
    [InlineData("NEW_CODE", "S", ResultCategory.Acknowledged)]
    [InlineData("NEW_CODE", "X", ResultCategory.Retried)]
    [InlineData(null, null, ResultCategory.Retried)]
    [InlineData("PARAM_ILLEGAL", null, ResultCategory.Correction)]
    public void Describe_CodeAndStatus_GivesTheCategory(string? code, string? status, ResultCategory expected) =>
        Assert.Equal(expected, ResultCodeCatalogue.Describe(code, status).Category);

    [Theory]
    [InlineData("SUCCESS", "SUCCESS")]
    [InlineData("NEW_CODE", "OTHER")]
    [InlineData("success", "OTHER")]
    [InlineData("", "NONE")]
    [InlineData(null, "NONE")]
    public void MetricLabel_AnyCode_IsFromTheClosedSet(string? code, string expected) =>
        Assert.Equal(expected, ResultCodeCatalogue.MetricLabel(code));
}
