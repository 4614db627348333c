namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// A key could not be used. The message names the rule and the shape of what was given, never the key and never the
/// setting: the caller knows which setting it read.
/// </summary>
public sealed class KeyFormatException : FormatException
{
    /// <summary>Makes the exception without a message.</summary>
    public KeyFormatException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The rule and the shape, never key material.</param>
    public KeyFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The rule and the shape, never key material.</param>
    /// <param name="innerException">What the platform reported.</param>
    public KeyFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
