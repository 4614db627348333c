namespace FunctionsNotify.Operations;

/// <summary>An audit entry could not be written, so that its change was not begun.</summary>
public sealed class AuditUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="fault">What the audit log failed on.</param>
    public AuditUnavailableException(Exception fault)
        : base("The audit log cannot be written; nothing was changed.", fault)
    {
    }
}
