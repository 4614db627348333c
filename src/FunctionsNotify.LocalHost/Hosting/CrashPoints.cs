using System.Diagnostics;
using System.Globalization;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// For tests of a crash: <c>NOTIFY_CRASH_AT=&lt;point&gt;[:n]</c> makes the process kill itself, without any orderly end,
/// when it passes the point for the n-th time.
/// </summary>
internal static class CrashPoints
{
    /// <summary>The claim and its delivery are recorded, nothing was sent.</summary>
    public const string AfterClaim = "after-claim";

    /// <summary>Alipay+ has answered, the result is not recorded.</summary>
    public const string AfterSend = "after-send";

    /// <summary>The result is recorded, nothing that follows from it was done.</summary>
    public const string AfterRecord = "after-record";

    /// <summary>The outcome is on its queue, the outbox still holds it.</summary>
    public const string AfterPublish = "after-publish";

    /// <summary>The message was deleted.</summary>
    public const string AfterDelete = "after-delete";

    /// <summary>A redelivery's claim and delivery are recorded, nothing was sent.</summary>
    public const string AfterRedelivery = "after-redelivery";

    /// <summary>The environment variable.</summary>
    public const string Variable = "NOTIFY_CRASH_AT";

    /// <summary>Every point's name.</summary>
    public static readonly string[] All = [AfterClaim, AfterSend, AfterRecord, AfterPublish, AfterDelete, AfterRedelivery];

    private static readonly string? Armed = Environment.GetEnvironmentVariable(Variable);
    private static readonly string Point = Armed?.Split(':')[0] ?? string.Empty;
    private static int _passes;

    /// <summary>What is wrong with the variable; null when it is sound or not set.</summary>
    public static string? Problem => Armed is null || (All.Contains(Point) && Count(Armed) is not null)
        ? null
        : $"{Variable}: must be one of {string.Join(", ", All)}, with :n for the n-th pass";

    /// <summary>The process has come to the point.</summary>
    public static void Pass(string point)
    {
        if (Armed is not null && point == Point && Interlocked.Increment(ref _passes) == Count(Armed))
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    private static int? Count(string armed) => armed.Split(':') switch
    {
        [_] => 1,
        [_, var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 => n,
        _ => null,
    };
}
