namespace FunctionsNotify.AlipayPlus;

/// <summary>Texts as the rules count them.</summary>
internal static class Unicode
{
    /// <summary>
    /// The number of Unicode code points. The guide says "characters" and no more; of the usual ways to count (bytes,
    /// UTF-16 units, code points) this one refuses least. <c>[decided]</c>
    /// </summary>
    public static int Length(string text)
    {
        var length = text.Length;
        foreach (var character in text)
        {
            if (char.IsLowSurrogate(character))
            {
                length--;
            }
        }

        return length;
    }

    /// <summary>True when every surrogate is half of a pair.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
            {
                continue;
            }

            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
            {
                return false;
            }

            index++;
        }

        return true;
    }
}
