namespace FunctionsNotify.Operations;

/// <summary>Who may do what. <c>[decided]</c></summary>
public enum OperatorRole
{
    /// <summary>May look at everything.</summary>
    Reader,

    /// <summary>May look at and change everything.</summary>
    Operator,
}
