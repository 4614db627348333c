namespace FunctionsNotify.App;

internal sealed class StorageOptions
{
    public const string Section = "Storage";

    public string Table { get; set; } = "NotifyDeliveries";

    public string QuarantineContainer { get; set; } = "payment-notifications-quarantine";
}
