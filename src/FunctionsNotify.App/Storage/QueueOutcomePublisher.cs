using System.Text;
using Azure.Storage.Queues;

namespace FunctionsNotify.App;

// Publishes outcomes on a queue; they never expire. A lost answer publishes one twice, with the same outcome id.
internal sealed class QueueOutcomePublisher : IOutcomePublisher
{
    // The service's value for "never"; its default is 7 days, after which an outcome would be lost in silence.
    private static readonly TimeSpan _neverExpires = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue;
    private readonly OutcomeEncoding _encoding;

    public QueueOutcomePublisher(QueueClient queue, OutcomeEncoding encoding)
    {
        _queue = queue;
        _encoding = encoding;
    }

    public Task PublishAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var bytes = OutcomeWriter.Write(outcome);
        var text = _encoding == OutcomeEncoding.Base64 ? Convert.ToBase64String(bytes) : Encoding.UTF8.GetString(bytes);
        return _queue.SendMessageAsync(text, visibilityTimeout: null, _neverExpires, cancellationToken);
    }
}
