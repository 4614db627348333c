namespace FunctionsNotify.Infra.Tests.Bicep;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Of_AnotherOrderOfMembersAndResources_IsTheSame() => Assert.Equal(
        CanonicalJson.Of("""{"outputs":{"a":1,"b":{"c":2,"d":3}},"predictedResources":[{"id":"1"},{"id":"2"}]}"""),
        CanonicalJson.Of("""{"predictedResources":[{"id":"2"},{"id":"1"}],"outputs":{"b":{"d":3,"c":2},"a":1}}"""));

    [Theory]
    [InlineData("""{"predictedResources":[{"id":"1","tags":["b","a"]}]}""")]
    [InlineData("""{"predictedResources":[{"id":"1","tags":["a"]}]}""")]
    public void Of_AnotherContent_IsAnother(string other) => Assert.NotEqual(
        CanonicalJson.Of("""{"predictedResources":[{"id":"1","tags":["a","b"]}]}"""), CanonicalJson.Of(other));
}
