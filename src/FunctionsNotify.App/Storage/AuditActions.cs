namespace FunctionsNotify.App;

internal static class AuditActions
{
    public const string Redeliver = "redeliver";

    public const string Correct = "correction";

    public const string Bulk = "bulk";

    public const string Repair = "repair";

    public const string SendNow = "send-now";

    public const string Cancel = "cancel";

    public const string Requeue = "requeue";

    public const string Discard = "discard";

    public const string Apply = "apply";
}
