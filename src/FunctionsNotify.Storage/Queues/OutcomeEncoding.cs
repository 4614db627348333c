namespace FunctionsNotify.Storage;

/// <summary>How outcomes are written to their queue.</summary>
public enum OutcomeEncoding
{
    /// <summary>UTF-8 JSON as it is.</summary>
    None,

    /// <summary>Base64, for consumers on the Functions host's defaults.</summary>
    Base64,
}
