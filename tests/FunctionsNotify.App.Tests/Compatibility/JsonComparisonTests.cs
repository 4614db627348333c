namespace FunctionsNotify.App.Tests.Core;

public sealed class JsonComparisonTests
{
    private const string Stored = """{"Kind":"NoResult","Duration":"00:00:05","Count":0,"List":[{"A":null}],"Flag":true}""";

    [Theory]
    [InlineData("""{"Kind":"NoResult","Duration":"00:00:05","Count":0,"List":[{"A":null}]}""", "removed member")]
    [InlineData("""{"Kind":"NoResult","Duration":"00:00:05","Count":0,"List":[{"B":null}],"Flag":true}""", "renamed member")]
    [InlineData("""{"kind":"NoResult","Duration":"00:00:05","Count":0,"List":[{"A":null}],"Flag":true}""", "another case")]
    [InlineData("""{"Kind":4,"Duration":"00:00:05","Count":0,"List":[{"A":null}],"Flag":true}""", "enum as a number")]
    [InlineData("""{"Kind":"None","Duration":"00:00:05","Count":0,"List":[{"A":null}],"Flag":true}""", "enum of another name")]
    [InlineData("""{"Kind":"NoResult","Duration":5,"Count":0,"List":[{"A":null}],"Flag":true}""", "time span of another form")]
    [InlineData("""{"Kind":"NoResult","Duration":"00:00:05","Count":0.0,"List":[{"A":null}],"Flag":true}""", "number of another form")]
    [InlineData("""{"Kind":"NoResult","Duration":"00:00:05","Count":0,"List":[],"Flag":true}""", "item gone")]
    [InlineData("""{"Kind":"NoResult","Duration":"00:00:05","Count":0,"List":[{"A":null}],"Flag":false}""", "other value")]
    public void Lost_AnythingButAnAddedMember_IsTold(string written, string what) =>
        Assert.True(JsonComparison.Lost(Stored, written).Count > 0, what);

    [Fact]
    public void Lost_AddedMember_IsNothing() =>
        Assert.Empty(JsonComparison.Lost(Stored, """{"New":"x","Kind":"NoResult","Duration":"00:00:05","Count":0,"List":[{"A":null,"B":1}],"Flag":true}"""));
}
