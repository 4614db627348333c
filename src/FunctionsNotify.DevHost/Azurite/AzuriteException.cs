namespace FunctionsNotify.DevHost;

/// <summary>Azurite could not be installed or started; the message says what to do.</summary>
public sealed class AzuriteException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What went wrong, for a person.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public AzuriteException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
