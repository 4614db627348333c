namespace FunctionsNotify.Simulator;

/// <summary>How an answer is signed.</summary>
public enum AnswerSigning
{
    /// <summary>Validly (JSON: <c>true</c>).</summary>
    Valid,

    /// <summary>Without a Signature header (JSON: <c>false</c>).</summary>
    None,

    /// <summary>With a key that is not Alipay+'s, under its key version.</summary>
    WrongKey,

    /// <summary>Over another body than the one that is sent.</summary>
    WrongBody,

    /// <summary>Validly, but under a key version that was never announced.</summary>
    UnknownKeyVersion,

    /// <summary>With a Signature header that cannot be read.</summary>
    Malformed,
}
