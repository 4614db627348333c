namespace FunctionsNotify.App;

internal sealed class AuditUnavailableException : Exception
{
    public AuditUnavailableException(Exception fault)
        : base("The audit log cannot be written; nothing was changed.", fault)
    {
    }
}
