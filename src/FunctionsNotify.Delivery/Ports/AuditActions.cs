namespace FunctionsNotify.Deliveries;

/// <summary>What an audit entry can be about; the words are stored.</summary>
public static class AuditActions
{
    /// <summary>An ended delivery is made again.</summary>
    public const string Redeliver = "redeliver";

    /// <summary>As <see cref="Redeliver"/>, with a corrected body.</summary>
    public const string Correct = "correction";

    /// <summary>Many are made again; each payment has an entry of its own beside this one.</summary>
    public const string Bulk = "bulk";

    /// <summary>A broken delivery is replaced.</summary>
    public const string Repair = "repair";

    /// <summary>The waiting attempt is made at once.</summary>
    public const string SendNow = "send-now";

    /// <summary>A delivery is ended.</summary>
    public const string Cancel = "cancel";

    /// <summary>A quarantined message is put back on the queue.</summary>
    public const string Requeue = "requeue";

    /// <summary>A quarantined message needs nothing more.</summary>
    public const string Discard = "discard";

    /// <summary>A conflict is delivered as a correction.</summary>
    public const string Apply = "apply";
}
