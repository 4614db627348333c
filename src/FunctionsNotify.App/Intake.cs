using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Takes each queue message in. Bad input never throws; an infrastructure fault does, and the host hands the message out
// again at the pace that host.json sets.
internal sealed class IntakeFunction
{
    public const string Name = "Intake";

    // The queue's setting Queues__Notifications; the host resolves it, so the setting must be present. Written with a
    // colon: the host looks names up in its configuration, where an environment variable's __ has become one, and with
    // __ it finds nothing and never starts the function.
    public const string Queue = "%Queues:Notifications%";

    public const string Connection = StorageConnectionOptions.PaymentsSection;

    private readonly IntakeFactory _intake;

    public IntakeFunction(IntakeFactory intake) => _intake = intake;

    // Bound as QueueMessage: with messageEncoding none the host hands over the whole message as JSON, and the worker makes
    // the message out of its text, so that Body is the UTF-8 of exactly the characters that the queue holds. They are
    // Unicode always, because the service carries messages in XML: other bytes come as base64, which the codec opens.
    // A BinaryData parameter gives the same bytes without id and times; a string or a type of ours would be JSON-decoded
    // by the worker, which fails on bad input before the codec can say why.

    [Function(Name)]
    public Task RunAsync([QueueTrigger(Queue, Connection = Connection)] QueueMessage message, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _intake.Over(client).AcceptAsync(Read(message), cancellationToken);
    }

    // The worker gives the insertion time in the machine's zone. The service always sets it; a stand-in must not be the
    // clock, because the quarantine finds a message that came again by its insertion time.
    private static QueueMessageData Read(QueueMessage message) => new(
        message.MessageId,
        (message.InsertedOn ?? DateTimeOffset.UnixEpoch).ToUniversalTime(),
        message.DequeueCount,
        message.Body.ToMemory());
}
