using System.Threading.Channels;
using FunctionsNotify.Deliveries;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Publishes the outcomes of deliveries that have ended. The recorded outbox holds each until it was published, so a crash
/// repeats an outcome, with the same id, and never loses one.
/// </summary>
internal sealed class OutcomeOutbox : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly IOutcomePublisher _publisher;
    private readonly StateWriter _writer;
    private readonly ILogger _logger;
    private readonly FaultLog _faults;
    private readonly Channel<Entry> _ready = Channel.CreateUnbounded<Entry>();
    private readonly DueTimer<Entry> _later;
    private readonly CancellationTokenSource _abort = new();
    private readonly int _concurrency;
    private Task[] _workers = [];

    public OutcomeOutbox(IOutcomePublisher publisher, StateWriter writer, EngineOptions options, TimeProvider time, ILogger<OutcomeOutbox> logger)
    {
        _publisher = publisher;
        _writer = writer;
        _logger = logger;
        _faults = new FaultLog(time);
        _later = new DueTimer<Entry>(time, entry => _ready.Writer.TryWrite(entry));
        _concurrency = options.PublishConcurrency;
    }

    public void Start() => _workers = [.. Enumerable.Range(0, _concurrency).Select(_ => Task.Run(PublishAsync))];

    /// <summary>Publishes a delivery's outcome; its end is recorded.</summary>
    public void Add(Delivery delivery) => _ready.Writer.TryWrite(new Entry(delivery, FirstPause));

    /// <summary>Ends after what is ready was tried once more, or after the grace.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _ready.Writer.TryComplete();
        _later.Dispose();
        await _abort.CancelAfterAsync(grace, Task.WhenAll(_workers)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _later.Dispose();
        _abort.Dispose();
    }

    private async Task PublishAsync()
    {
        await foreach (var entry in _ready.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_abort.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await _publisher.PublishAsync(DeliveryOutcome.Of(entry.Delivery), _abort.Token).ConfigureAwait(false);
                CrashPoints.Pass(CrashPoints.AfterPublish);
                _writer.Enqueue(new PublishedChange(entry.Delivery.DeliveryId)).Forget();
                if (_faults.Recovered())
                {
                    Logs.OutcomesPublished(_logger);
                }
            }
#pragma warning disable CA1031 // Whatever the fault, the outcome stays in the outbox and is tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                TryLater(entry, exception);
            }
        }
    }

    private void TryLater(Entry entry, Exception exception)
    {
        if (_abort.IsCancellationRequested)
        {
            return;
        }

        if (_faults.ShouldTell(out var more))
        {
            Logs.OutcomeNotPublished(_logger, entry.Delivery.PaymentId, entry.Pause, more, Faults.Brief(exception));
        }

        var longer = 2 * entry.Pause;
        _later.Add(entry with { Pause = longer < LongestPause ? longer : LongestPause }, entry.Pause);
    }

    private sealed record Entry(Delivery Delivery, TimeSpan Pause);
}
