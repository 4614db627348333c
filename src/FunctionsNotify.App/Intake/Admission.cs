using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Holds new payments back while Durable has much to do, because a retry queues behind every first attempt that was started:
// the backlog waits in the notification queue (docs/decisions/0010-admission.md). Each instance goes by the length of the
// queue of Durable's work items, which all of them share; what cannot be asked holds nothing back.
internal sealed class Admission(QueueClient workItems, OverloadPolicy policy, TimeProvider time, ILogger<Admission> logger) : IDisposable
{
    public static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    // So many in a second are no burst, and cost no question.
    public const int Unasked = 16;

    // A held message stays invisible, for which the trigger cares for ten minutes at a time, and takes one of its 32 places.
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);

    // An answer that is late holds up more than it helps.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1);
    private long? _since;
    private bool _isAsked;
    private bool _isFull;
    private int _free;
    private int _admitted;
    private int _admittedBefore;

    // Comes back when a new payment may be started.
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (!await TryAsync(cancellationToken).ConfigureAwait(false) && time.GetElapsedTime(since) < LongestHold)
        {
            await Task.Delay(AskEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_since is not { } since || time.GetElapsedTime(since) >= AskEvery)
            {
                (_since, _free, _isAsked) = (time.GetTimestamp(), _isAsked ? 0 : Unasked, false);
                (_admittedBefore, _admitted) = (_admitted, 0);
            }

            if (_free <= 0 && !_isAsked)
            {
                _isAsked = true;
                var count = await CountAsync(cancellationToken).ConfigureAwait(false);
                // Those of this second are no work items yet, and some of the last one's.
                _free = count is null ? int.MaxValue : policy.MaxWorkItems - count.Value - _admitted - (_admittedBefore / 2);
                Tell(isFull: _free <= 0, count);
            }

            if (_free <= 0)
            {
                return false;
            }

            _free--;
            _admitted++;
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    // Null where it cannot be told.
    private async Task<int?> CountAsync(CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(_patience, time, cancellationToken);
        try
        {
            QueueProperties properties = await workItems.GetPropertiesAsync(limit.Token).ConfigureAwait(false);
            return properties.ApproximateMessagesCount;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            Logs.WorkItemsNotCounted(logger, fault.GetType().Name);
            return null;
        }
    }

    private void Tell(bool isFull, int? count)
    {
        if (isFull != _isFull)
        {
            _isFull = isFull;
            Logs.Admission(logger, isFull ? "held back" : "taken in again", count ?? 0, policy.MaxWorkItems);
        }
    }
}
