using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

internal static partial class PoisonLogs
{
    [LoggerMessage(350, LogLevel.Error, "The poison queue could not be drained ({More} more faults like this): {Fault}")]
    public static partial void NotDrained(ILogger logger, int more, string fault);
}
