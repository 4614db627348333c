namespace FunctionsNotify.Simulator;

/// <summary>What answers when every step of a script was used.</summary>
public enum AfterLastStep
{
    /// <summary>The last step, again and again.</summary>
    Last,

    /// <summary>The default script; after the default script itself, a validly signed S.</summary>
    Default,
}
