using System.Text;

namespace FunctionsNotify.Cli.Tests;

public sealed class GivenNotificationTests
{
    private static (int Line, string Body)[] Split(string content) =>
        [.. GivenNotification.Split(Encoding.UTF8.GetBytes(content)).Select(one => (one.Line, Encoding.UTF8.GetString(one.Body.Span)))];

    [Fact]
    public void Split_OneDocument_KeepsItsBytes() =>
        Assert.Equal([(1, "{\n  \"a\": \"1\"\n}")], Split("{\n  \"a\": \"1\"\n}\n"));

    [Fact]
    public void Split_JsonLines_AreOneEach() =>
        Assert.Equal([(1, "{\"a\":1}"), (3, "{ \"b\":2 }"), (4, "broken")], Split("{\"a\":1}\r\n\n { \"b\":2 }\nbroken"));

    [Fact]
    public void Split_OneLine_IsOne() => Assert.Equal([(1, "{\"a\":1}")], Split("{\"a\":1}\n\n"));

    [Fact]
    public void Split_BrokenDocument_StaysWhole() => Assert.Equal([(1, "{\"a\":1,}\n{")], Split("{\"a\":1,}\n{"));

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n")]
    public void Split_Nothing_IsNothing(string content) => Assert.Empty(Split(content));
}
