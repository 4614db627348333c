using System.Collections.Concurrent;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>Answers attempts as the test says, and remembers every body with its time.</summary>
internal sealed class ScriptedClient(TimeProvider time, Func<int, CancellationToken, Task<AttemptResult>> answer) : INotifyPushPaymentClient
{
    private int _count;

    public ScriptedClient(TimeProvider time, Func<int, AttemptResult> answer)
        : this(time, (attempt, _) => Task.FromResult(answer(attempt)))
    {
    }

    public ConcurrentQueue<(DateTimeOffset At, string Body)> Sent { get; } = new();

    public Task<AttemptResult> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Sent.Enqueue((time.GetUtcNow(), Encoding.UTF8.GetString(body.Span)));
        return answer(Interlocked.Increment(ref _count), cancellationToken);
    }
}
