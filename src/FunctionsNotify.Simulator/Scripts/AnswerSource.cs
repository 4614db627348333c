namespace FunctionsNotify.Simulator;

/// <summary>What decided on an answer.</summary>
public enum AnswerSource
{
    /// <summary>A check of Alipay+'s that the request did not pass.</summary>
    Check,

    /// <summary>The payment's own script.</summary>
    Script,

    /// <summary>The default script, or the built-in S where there is none.</summary>
    Default,
}
