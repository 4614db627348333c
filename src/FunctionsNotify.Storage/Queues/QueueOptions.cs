using FunctionsNotify.Client;

namespace FunctionsNotify.Storage;

/// <summary>The <c>Queues__…</c> settings.</summary>
public sealed class QueueOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Queues";

    /// <summary>The queue that payment backends write to. The function app's trigger needs the setting present.</summary>
    public string Notifications { get; set; } = PaymentNotificationQueue.DefaultName;

    /// <summary>The queue that payment backends read outcomes from.</summary>
    public string Outcomes { get; set; } = "payment-notification-outcomes";

    /// <summary><c>none</c> for UTF-8 JSON, <c>base64</c> for consumers on the Functions host's defaults.</summary>
    public string OutcomeEncoding { get; set; } = "none";

    /// <summary>The encoding that <see cref="OutcomeEncoding"/> names; null when it names none.</summary>
    public OutcomeEncoding? ReadOutcomeEncoding() => OutcomeEncoding?.ToUpperInvariant() switch
    {
        "NONE" => Storage.OutcomeEncoding.None,
        "BASE64" => Storage.OutcomeEncoding.Base64,
        _ => null,
    };
}
