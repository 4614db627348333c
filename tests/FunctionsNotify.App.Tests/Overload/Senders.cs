using FunctionsNotify.App.Tests.Operators;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests;

internal static class Senders
{
    /// <summary>A sender whose instance has its table in memory, by default one that nobody has paused.</summary>
    public static GuardedSender New(INotifyPushPaymentClient client, OverloadPolicy policy, Metrics metrics, TimeProvider time, NotifyTable? table = null) => new(
        client,
        Pause(table ??= TableInMemory.New(), time),
        new LastAcknowledged(table, time, NullLogger<LastAcknowledged>.Instance),
        policy,
        metrics,
        time,
        NullLogger<GuardedSender>.Instance);

    public static SendingPause Pause(NotifyTable table, TimeProvider time) => new(table, time, NullLogger<SendingPause>.Instance);
}
