using System.Diagnostics.CodeAnalysis;

namespace FunctionsNotify.AlipayPlus;

/// <summary>Keeps text that others wrote from growing our records.</summary>
public static class ForeignText
{
    /// <summary>The text, cut to a length.</summary>
    /// <param name="text">The text; null stays null.</param>
    /// <param name="maxLength">The longest result, in UTF-16 characters; 1 or more.</param>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        if (text is null || text.Length <= maxLength)
        {
            return text;
        }

        // A cut between the halves of a surrogate pair would make a text that is not valid UTF-8.
        return text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }
}
