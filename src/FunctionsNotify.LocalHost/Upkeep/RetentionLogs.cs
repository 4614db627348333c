using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>The log lines of the purge.</summary>
internal static partial class RetentionLogs
{
    [LoggerMessage(360, LogLevel.Information, "Purge: {Histories} histories and {Claims} claims removed after their retention.")]
    public static partial void Purged(ILogger logger, int histories, int claims);

    [LoggerMessage(361, LogLevel.Warning, "The purge could not be made and is tried again tomorrow: {Fault}")]
    public static partial void NotPurged(ILogger logger, string fault);
}
