using FunctionsNotify.Client;

namespace FunctionsNotify.App;

internal sealed class QueueOptions
{
    public const string Section = "Queues";

    public string Notifications { get; set; } = PaymentNotificationQueue.DefaultName;

    public string Outcomes { get; set; } = "payment-notification-outcomes";

    public string OutcomeEncoding { get; set; } = "none";

    public OutcomeEncoding? ReadOutcomeEncoding() => OutcomeEncoding?.ToUpperInvariant() switch
    {
        "NONE" => App.OutcomeEncoding.None,
        "BASE64" => App.OutcomeEncoding.Base64,
        _ => null,
    };
}
