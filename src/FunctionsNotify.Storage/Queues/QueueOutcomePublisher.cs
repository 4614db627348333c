using System.Text;
using Azure.Storage.Queues;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>Publishes outcomes on a queue; they never expire. A lost answer publishes one twice, with the same outcome id.</summary>
public sealed class QueueOutcomePublisher : IOutcomePublisher
{
    // The service's value for "never"; its default is 7 days, after which an outcome would be lost in silence.
    private static readonly TimeSpan _neverExpires = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue;
    private readonly OutcomeEncoding _encoding;

    /// <summary>Publishes on a queue that exists.</summary>
    /// <param name="queue">The queue, of a client that does not encode by itself.</param>
    /// <param name="encoding">How outcomes are written.</param>
    public QueueOutcomePublisher(QueueClient queue, OutcomeEncoding encoding)
    {
        _queue = queue;
        _encoding = encoding;
    }

    /// <inheritdoc/>
    public Task PublishAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        var bytes = OutcomeWriter.Write(outcome);
        var text = _encoding == OutcomeEncoding.Base64 ? Convert.ToBase64String(bytes) : Encoding.UTF8.GetString(bytes);
        return _queue.SendMessageAsync(text, visibilityTimeout: null, _neverExpires, cancellationToken);
    }
}
