using System.Collections.Concurrent;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>Keeps outcomes; fails as often as the test says first.</summary>
internal sealed class RecordingPublisher(int failures = 0) : IOutcomePublisher
{
    private int _failures = failures;

    public ConcurrentQueue<Outcome> Published { get; } = new();

    public Task PublishAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new IOException("the queue is away");
        }

        Published.Enqueue(outcome);
        return Task.CompletedTask;
    }
}
