namespace FunctionsNotify.Simulator;

/// <summary>What happens to the connection while an answer is sent.</summary>
public enum ConnectionBehaviour
{
    /// <summary>The answer is sent whole.</summary>
    Keep,

    /// <summary>The connection is dropped before a byte of the answer.</summary>
    Drop,

    /// <summary>The connection is reset after half the body.</summary>
    Reset,

    /// <summary>The connection ends after half the body, although the headers announced all of it.</summary>
    Cut,

    /// <summary>The body comes byte by byte, <see cref="ScriptStep.DripInterval"/> apart.</summary>
    Drip,
}
