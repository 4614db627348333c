namespace FunctionsNotify.Storage;

/// <summary>The <c>Storage__…</c> settings.</summary>
public sealed class StorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>The table of claims and index rows.</summary>
    public string Table { get; set; } = "NotifyDeliveries";

    /// <summary>The blob container of the quarantine.</summary>
    public string QuarantineContainer { get; set; } = "payment-notifications-quarantine";
}
