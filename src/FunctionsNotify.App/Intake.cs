using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Takes each queue message in. Bad input never throws; an infrastructure fault does, and the host hands the message out
// again at the pace that host.json sets.
internal sealed class IntakeFunction(NotificationIntake intake)
{
    public const string Name = "Intake";

    // A flat name: the platform's scale controller resolves no other, and never starts the function then.
    public const string Queue = $"%{nameof(QueueSettings.NotificationsQueue)}%";

    public const string Connection = StorageConnection.PaymentsSection;

    // Bound as QueueMessage: with messageEncoding none the host hands over the whole message as JSON, and the worker makes
    // the message out of its text, so that Body is the UTF-8 of exactly the characters that the queue holds. They are
    // Unicode always, because the service carries messages in XML: other bytes come as base64, which the codec opens.
    // A BinaryData parameter gives the same bytes without id and times; a string or a type of ours would be JSON-decoded
    // by the worker, which fails on bad input before the codec can say why.
    [Function(Name)]
    public Task RunAsync([QueueTrigger(Queue, Connection = Connection)] QueueMessage message, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        intake.AcceptAsync(QueueMessageData.Of(message), client, cancellationToken);
}
