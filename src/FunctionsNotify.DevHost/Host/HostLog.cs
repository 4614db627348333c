using FunctionsNotify.DevHost.Rpc;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.DevHost;

internal static partial class HostLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The function app runs as process {ProcessId}")]
    public static partial void WorkerReady(ILogger logger, int? processId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The function app's process ended with exit code {ExitCode}; it is started again")]
    public static partial void WorkerEnded(ILogger logger, int exitCode);

    [LoggerMessage(Level = LogLevel.Error, Message = "The function app did not start: {Reason}")]
    public static partial void WorkerNotStarted(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    public static partial void WorkerSaid(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "HTTP {Function} failed: {Fault}")]
    public static partial void HttpFailed(ILogger logger, string function, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The extensions did not stop within {Timeout}, and are left")]
    public static partial void NotStopped(ILogger logger, TimeSpan timeout);

    public static void FromWorker(ILogger logger, LogLevel level, RpcLog log) =>
        Worker(logger, level, log.Exception is { } fault ? $"{log.Message} {fault.Type} {fault.Message}\n{fault.StackTrace}" : log.Message);

    [LoggerMessage(Message = "{Message}")]
    private static partial void Worker(ILogger logger, LogLevel level, string message);
}
