using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>The log lines of the look at the whole.</summary>
internal static partial class ObserveLogs
{
    [LoggerMessage(370, LogLevel.Warning, "Nothing could be observed ({More} more faults like this): {Fault}")]
    public static partial void NotObserved(ILogger logger, int more, string fault);
}
