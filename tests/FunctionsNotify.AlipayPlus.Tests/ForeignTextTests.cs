namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("abcd", "abcd")]
    [InlineData("abcde", "abcd")]
    [InlineData("abc\U0001F600", "abc")]
    [InlineData("ab\U0001F600", "ab\U0001F600")]
    [InlineData("a\n\u001bb", "a\uFFFD\uFFFDb")]
    [InlineData("\u0085", "\uFFFD")]
    public void Cut_AnyText_IsBoundedAndWritesNoLineOfItsOwn(string? text, string? expected) => Assert.Equal(expected, ForeignText.Cut(text, maxLength: 4));
}
