using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Deliveries;

/// <summary>The log lines of the observer.</summary>
internal static partial class ObserverLogs
{
    [LoggerMessage(140, LogLevel.Warning, "The {Part} could not be observed; its gauges fall silent unless a later look succeeds")]
    public static partial void NotObserved(ILogger logger, Exception exception, string part);
}
