using System.ComponentModel.DataAnnotations;
using FunctionsNotify.Client;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

// The queues' names, flat: the platform's scale controller resolves the trigger's, and knows no other form.
internal sealed class QueueSettings
{
    // A queue's name, 63 characters at most, less what the host adds for the poison queue.
    [RegularExpression("[a-z0-9](?!.*--)[a-z0-9-]{1,54}[a-z0-9]", ErrorMessage = "must have 3 to 56 lower-case ASCII letters, digits and single dashes, and start and end with a letter or digit")]
    public string NotificationsQueue { get; set; } = PaymentNotificationQueue.DefaultName;

    [RegularExpression("[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]", ErrorMessage = "must have 3 to 63 lower-case ASCII letters, digits and single dashes, and start and end with a letter or digit")]
    public string OutcomesQueue { get; set; } = "payment-notification-outcomes";

    public OutcomeEncoding OutcomesEncoding { get; set; }

    public IEnumerable<string> Faults(IConfiguration configuration)
    {
        if (OutcomesQueue == NotificationsQueue || OutcomesQueue == NotificationsQueue + "-poison")
        {
            yield return $"{nameof(OutcomesQueue)}: must be neither the notifications' queue nor its poison queue (found the same name)";
        }

        // Where one of these is missing the host only logs it and never starts the intake; the app says so and does not start.
        if (string.IsNullOrWhiteSpace(configuration[nameof(NotificationsQueue)]))
        {
            yield return Setting.Fault(nameof(NotificationsQueue), "is required by the intake's trigger: the name of the queue", null);
        }

        if (!configuration.GetSection(IntakeFunction.Connection).Exists())
        {
            yield return Setting.Fault(IntakeFunction.Connection, $"is required by the intake's trigger: the queue's account, in the forms of {StorageConnection.Section}", null);
        }
    }
}

internal sealed class StorageSettings
{
    public const string Section = "Storage";

    [RegularExpression("(?!(?i)tables$)[A-Za-z][A-Za-z0-9]{2,62}", ErrorMessage = "must have 3 to 63 ASCII letters and digits, start with a letter, and not be the reserved name tables")]
    public string Table { get; set; } = "NotifyDeliveries";

    [RegularExpression("[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]", ErrorMessage = "must have 3 to 63 lower-case ASCII letters, digits and single dashes, and start and end with a letter or digit")]
    public string QuarantineContainer { get; set; } = "payment-notifications-quarantine";
}
