namespace FunctionsNotify.AlipayPlus;

/// <summary>The three result statuses; nothing else is a result. <c>[guide]</c></summary>
public static class ResultStatus
{
    /// <summary>The notification succeeded.</summary>
    public const string Success = "S";

    /// <summary>The notification failed.</summary>
    public const string Failure = "F";

    /// <summary>Unknown: retry the same request.</summary>
    public const string Unknown = "U";
}
