namespace FunctionsNotify.Storage;

/// <summary>The storage account could not be reached, or refused; the message names the resource, without secrets.</summary>
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StorageUnavailableException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What could not be reached, for a person.</param>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What could not be reached, for a person.</param>
    /// <param name="innerException">The cause.</param>
    public StorageUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
