using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Holds new payments back while Durable has much to do, because a retry queues behind every first attempt that was started:
// the backlog waits in the notification queue (docs/decisions/0010-admission.md). Each instance goes by the length of the
// queue of Durable's work items, which all of them share; what cannot be asked holds nothing back.
internal sealed class Admission(QueueClient workItems, OverloadPolicy policy, TimeProvider time, ILogger<Admission> logger) : IDisposable
{
    public static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);

    // So many in that time are no burst, and cost no question.
    public const int Unasked = 4;

    // A held message stays invisible, for which the trigger cares for ten minutes at a time, and takes one of its 32 places.
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);

    // An answer that is late holds up more than it helps.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1);
    private long? _since;
    private bool _isAsked;
    private bool _isHolding;
    private bool _hasHeld;
    private bool _isUncounted;
    private int _count;
    private int _free;
    private int _admitted;
    private int _admittedBefore;

    // Comes back when a new payment may be started.
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (await TryAsync(cancellationToken).ConfigureAwait(false) is { } untilTheNext && time.GetElapsedTime(since) < LongestHold)
        {
            await Task.Delay(untilTheNext, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _one.Dispose();

    // Null where it may be started, else how long until the next question: the places of held messages are what limits how many
    // come in, so none is held for longer than it must be.
    private async Task<TimeSpan?> TryAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetTimestamp();
            if (_since is not { } since || time.GetElapsedTime(since, now) >= AskEvery)
            {
                (_since, _free, _isAsked) = (now, _isAsked ? 0 : Unasked, false);
                (_admittedBefore, _admitted) = (_admitted, 0);
                Tell(_hasHeld);
                _hasHeld = false;
            }

            if (_free <= 0 && !_isAsked)
            {
                _isAsked = true;
                var count = await CountAsync(cancellationToken).ConfigureAwait(false);
                // Those let in since the question before the last are hardly work items yet.
                _free = count is null ? int.MaxValue : policy.MaxWorkItems - count.Value - _admitted - _admittedBefore;
                _count = count ?? 0;
            }

            if (_free <= 0)
            {
                _hasHeld = true;
                Tell(isHolding: true);
                // Whole milliseconds: a timer cuts off the rest, and who wakes before the question would only ask in vain, again and again.
                return TimeSpan.FromMilliseconds(Math.Ceiling((AskEvery - time.GetElapsedTime(_since.Value, now)).TotalMilliseconds));
            }

            _free--;
            _admitted++;
            return null;
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
            if (_isUncounted)
            {
                _isUncounted = false;
                Logs.WorkItemsCounted(logger);
            }

            return properties.ApproximateMessagesCount;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isUncounted)
            {
                // Once, not with each question.
                _isUncounted = true;
                Logs.WorkItemsNotCounted(logger, fault.GetType().Name);
            }

            return null;
        }
    }

    // Once when it begins to hold, once when it had none to hold for a while.
    private void Tell(bool isHolding)
    {
        if (isHolding != _isHolding)
        {
            _isHolding = isHolding;
            Logs.Admission(logger, isHolding ? "held back" : "taken in again", _count, policy.MaxWorkItems);
        }
    }
}
