namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class KqlCheckTests
{
    private const string Right = """
        // A comment may name anything: "notify.nothing".
        AppMetrics
        | where Name == "notify.outcomes" and TimeGenerated > ago(1h)
        | extend Cause = tostring(Properties["cause"])
        | where tostring(Properties["state"]) in ("Rejected", "Exhausted") and Cause != "Setup"
        | summarize Value = sum(Sum) by Cause
        """;

    [Fact]
    public void Faults_RightQuery_HasNone() => Assert.Empty(KqlCheck.Faults(Right, TelemetryModel.OfTheCode));

    [Theory]
    [InlineData("AppMetrics", "AppMetric")]
    [InlineData("notify.outcomes\"", "notify.outcome\"")]
    [InlineData("Properties[\"cause\"]", "Properties[\"causes\"]")]
    [InlineData("Properties[\"state\"]", "Properties[\"verdict\"]")]
    [InlineData("\"Exhausted\"", "\"Exhaustet\"")]
    [InlineData("\"Rejected\"", "\"rejected\"")]
    [InlineData("\"Setup\"", "\"SetUp\"")]
    [InlineData("sum(Sum)", "sum(Total)")]
    [InlineData("sum(Sum)", "summ(Sum)")]
    [InlineData("by Cause", "by Reason")]
    [InlineData("TimeGenerated", "Timestamp")]
    [InlineData("where Name", "where DurationMs > 1 and Name")]
    public void Faults_OneNameWrong_AreFound(string right, string wrong)
    {
        var query = Right.Replace(right, wrong, StringComparison.Ordinal);

        Assert.NotEqual(Right, query);
        Assert.NotEmpty(KqlCheck.Faults(query, TelemetryModel.OfTheCode));
    }

    [Theory]
    [InlineData("AppDependencies | where Name == \"notify.outcomes\"", "an instrument is no span")]
    [InlineData("AppDependencies | where tostring(Properties[\"PaymentId\"]) == \"1\"", "a log property is no span attribute")]
    [InlineData("AppTraces | where tostring(Properties[\"notify.payment_id\"]) == \"1\"", "a span attribute is no log property")]
    [InlineData("let Lines = AppTraces | extend P = tostring(Properties[\"PaymentId\"]); Lines | where DurationMs > 1", "a let statement passes its tables on")]
    [InlineData("let Spans = AppDependencies | extend Kind = tostring(Properties[\"notify.attempt.kind\"]); Spans | where Kind == \"Nothing\"", "and its keys")]
    [InlineData("AppMetrics | where Name == \"notify.attempts\" and tostring(Properties[\"kind\"]) == \"Postponed\"", "a postponement is no attempt")]
    [InlineData("AppRequests | join (AppTraces | project OperationId, Message = tostring(Properties[\"notify.state\"])) on OperationId", "a joined table has its own keys")]
    [InlineData("AppDependencies | where tostring(Properties[\"notify.attempt.kind\"]) !in (\"Acknowledged\", \"Nothing\")", "each text of a list")]
    public void Faults_NameOfAnotherKind_AreFound(string query, string why) => Assert.True(KqlCheck.Faults(query, TelemetryModel.OfTheCode).Count > 0, why);

    [Theory]
    [InlineData("AppMetrics | where Name == \"unclosed")]
    [InlineData("AppMetrics § where")]
    public void Of_WhatItDoesNotKnow_IsAnError(string query) => Assert.Throws<FormatException>(() => KqlTokens.Of(query));
}
