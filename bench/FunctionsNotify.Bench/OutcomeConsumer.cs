using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace FunctionsNotify.Bench;

/// <summary>
/// The payment backend at the other end: it takes the outcomes off their queue. Without one they would pile up, and each
/// of Azurite's queue operations searches all messages of all queues, which no storage account does.
/// </summary>
internal sealed class OutcomeConsumer : IAsyncDisposable
{
    private const int Batch = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly QueueClient _outcomes;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public OutcomeConsumer(QueueClient outcomes)
    {
        _outcomes = outcomes;
        _work = Task.Run(ConsumeAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ConsumeAsync()
    {
        await _outcomes.CreateIfNotExistsAsync(cancellationToken: _stop.Token);
        while (!_stop.IsCancellationRequested)
        {
            QueueMessage[] messages = await _outcomes.ReceiveMessagesAsync(Batch, cancellationToken: _stop.Token);
            await Task.WhenAll(messages.Select(message => _outcomes.DeleteMessageAsync(message.MessageId, message.PopReceipt, _stop.Token)));
            if (messages.Length < Batch)
            {
                await Task.Delay(Pause, _stop.Token);
            }
        }
    }
}
