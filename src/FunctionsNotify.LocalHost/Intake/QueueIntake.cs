using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Storage;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Takes messages from the notifications queue as the Functions host does: in batches, deleted when they were taken in,
/// invisible for <c>visibilityTimeout</c> when that failed, moved to <c>&lt;queue&gt;-poison</c> after
/// <c>maxDequeueCount</c> failures.
/// </summary>
internal sealed class QueueIntake : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(10);

    // Long enough for a slow disk or account: a lease that runs out costs a message one of its rounds. Short enough that a
    // crash between receiving and claiming holds the message up little.
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(15);

    // The longest sleep; both hosts start within a second what comes after an idle time.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly QueueClient _queue;
    private readonly PoisonQueue _poison;
    private readonly NotificationIntake _intake;
    private readonly IBackpressure _engine;
    private readonly QueueSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FaultLog _queueFaults;
    private readonly FaultLog _messageFaults;
    private readonly CancellationTokenSource _stop = new();
    private readonly int _receivers;
    private Task[] _work = [];

    public QueueIntake(
        NotificationQueues queues,
        QueueServiceClient service,
        NotificationIntake intake,
        IBackpressure engine,
        QueueSettings settings,
        LocalHostOptions options,
        TimeProvider time,
        ILogger<QueueIntake> logger)
    {
        _queue = queues.Notifications;
        _poison = new PoisonQueue(service.GetQueueClient(PoisonQueue.NameOf(_queue.Name)));
        _intake = intake;
        _engine = engine;
        _settings = settings;
        _receivers = options.Receivers;
        _time = time;
        _logger = logger;
        _queueFaults = new FaultLog(time);
        _messageFaults = new FaultLog(time);
    }

    public void Start() => _work = [.. Enumerable.Range(0, _receivers).Select(_ => Task.Run(ReceiveAsync))];

    /// <summary>Receives nothing any more and lets what was received be taken in.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_work).WaitAsync(grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var pause = ShortestPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_engine.IsBusy)
                {
                    await Task.Delay(BusyPause, _time, _stop.Token).ConfigureAwait(false);
                    continue;
                }

                QueueMessage[] messages = await _queue.ReceiveMessagesAsync(_settings.BatchSize, Lease, _stop.Token).ConfigureAwait(false);
                if (_queueFaults.Recovered())
                {
                    Logs.QueueRead(_logger, _queue.Name);
                }

                if (messages.Length > 0)
                {
                    pause = ShortestPause;
                    await Task.WhenAll(messages.Select(HandleAsync)).ConfigureAwait(false);
                    continue;
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever the fault, the messages stay on the queue and it is read again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (_queueFaults.ShouldTell(out var more))
                {
                    Logs.QueueNotRead(_logger, _queue.Name, more, Faults.Brief(exception));
                }

                await CreateIfMissingAsync(exception).ConfigureAwait(false);
            }

            await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var longest = _settings.MaxPollingInterval < LongestPause ? _settings.MaxPollingInterval : LongestPause;
            pause = 2 * pause < longest ? 2 * pause : longest;
        }
    }

    private TimeSpan Lease => _settings.VisibilityTimeout > ShortestLease ? _settings.VisibilityTimeout : ShortestLease;

    private async Task HandleAsync(QueueMessage message)
    {
        if (message.DequeueCount > _settings.MaxDequeueCount)
        {
            await PoisonAsync(message).ConfigureAwait(false);
            return;
        }

        IntakeResult taken;
        try
        {
            // Not under the stop's token: what was received is taken in, or it would wait for its lease to end.
            taken = await _intake.AcceptAsync(
                new QueueMessageData(message.MessageId, message.InsertedOn ?? _time.GetUtcNow(), message.DequeueCount, message.Body.ToMemory()),
                CancellationToken.None).ConfigureAwait(false);
            _messageFaults.Recovered();
        }
#pragma warning disable CA1031 // Only infrastructure faults throw here; the message comes again, up to its limit.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await LeaveAsync(message, exception).ConfigureAwait(false);
            return;
        }

        await DeleteAsync(message, taken.PaymentId).ConfigureAwait(false);
    }

    private async Task DeleteAsync(QueueMessage message, string? paymentId)
    {
        try
        {
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None).ConfigureAwait(false);
            CrashPoints.Pass(CrashPoints.AfterDelete);
        }
#pragma warning disable CA1031 // The message comes again and is known; nothing is lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Logs.MessageNotDeleted(_logger, paymentId, message.MessageId, Faults.Brief(exception));
        }
    }

    private async Task LeaveAsync(QueueMessage message, Exception exception)
    {
        if (message.DequeueCount >= _settings.MaxDequeueCount)
        {
            await PoisonAsync(message).ConfigureAwait(false);
            return;
        }

        if (_messageFaults.ShouldTell(out var more))
        {
            Logs.MessageNotTaken(_logger, message.MessageId, message.DequeueCount, more, Faults.Brief(exception));
        }

        try
        {
            await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, (string?)null, _settings.VisibilityTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // It becomes visible when its lease ends.
        }
    }

    private async Task PoisonAsync(QueueMessage message)
    {
        try
        {
            await _poison.MoveAsync(_queue, message).ConfigureAwait(false);
            Logs.MessagePoisoned(_logger, message.MessageId, message.DequeueCount, _poison.Name);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            if (_messageFaults.ShouldTell(out var more))
            {
                Logs.MessageNotTaken(_logger, message.MessageId, message.DequeueCount, more, Faults.Brief(exception));
            }
        }
    }

    private async Task CreateIfMissingAsync(Exception exception)
    {
        if (exception is RequestFailedException { ErrorCode: "QueueNotFound" })
        {
            await _queue.CreateIfNotExistsAsync(cancellationToken: _stop.Token).ConfigureAwait(ConfigureAwaitOptions.None);
        }
    }
}
