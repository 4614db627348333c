using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace FunctionsNotify.App;

// Asks each queue how many messages it estimates and looks at its first one, which stays visible. A queue that does not
// exist is an empty one: the poison queue is made when its first message comes.
internal sealed class QueueStatisticsReader : IQueueStatistics
{
    private readonly IReadOnlyList<(string Role, QueueClient Queue)> _queues;
    private readonly TimeProvider _time;

    public QueueStatisticsReader(NotificationQueues queues, QueueClient poison, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(queues);
        _queues = [("notifications", queues.Notifications), ("outcomes", queues.Outcomes), ("poison", poison)];
        _time = time;
    }

    public async Task<IReadOnlyList<QueueStatistics>> ReadAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_queues.Select(each => ReadAsync(each.Role, each.Queue, cancellationToken))).ConfigureAwait(false);

    private async Task<QueueStatistics> ReadAsync(string role, QueueClient queue, CancellationToken cancellationToken)
    {
        try
        {
            QueueProperties properties = await queue.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
            PeekedMessage? first = await queue.PeekMessageAsync(cancellationToken).ConfigureAwait(false);
            return new QueueStatistics(role, properties.ApproximateMessagesCount, first?.InsertedOn is { } at ? AgeOf(at) : null);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return new QueueStatistics(role, 0, null);
        }
    }

    // The service's clock and ours differ a little.
    private TimeSpan AgeOf(DateTimeOffset insertedAt)
    {
        var age = _time.GetUtcNow() - insertedAt;
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }
}
