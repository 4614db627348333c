using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal static partial class ObserverLogs
{
    [LoggerMessage(140, LogLevel.Warning, "The {Part} could not be observed; its gauges fall silent unless a later look succeeds")]
    public static partial void NotObserved(ILogger logger, Exception exception, string part);
}
