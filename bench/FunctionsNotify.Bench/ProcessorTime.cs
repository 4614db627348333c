using System.Diagnostics;

namespace FunctionsNotify.Bench;

/// <summary>The processor time that a process has used.</summary>
internal static class ProcessorTime
{
    public static TimeSpan Of(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }

    public static TimeSpan Own() => Of(Environment.ProcessId);
}
