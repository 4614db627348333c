using System.Globalization;
using System.Runtime.InteropServices;

namespace FunctionsNotify.Bench;

/// <summary>One run: alternating rounds of everything, and the table.</summary>
internal static class Benchmark
{
    private const int WarmUp = 1500;

    public static async Task RunAsync(BenchOptions options, string folder)
    {
        using var signing = new SigningRound();
        using var simulator = await SimulatorProcess.StartAsync(folder);
        await using var engine = options.WithEngine ? new EngineBench(folder, simulator.Settings) : null;
        await using var queue = options.WithQueue ? await QueueBench.StartAsync(folder, simulator) : null;
        await using var status = options.WithStatus ? await StatusBench.StartAsync(folder, simulator.Settings) : null;
        var report = new Report();

        Console.WriteLine(FormattableString.Invariant($"{Environment.ProcessorCount} cores, {Machine.Processor()}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}"));
        Console.WriteLine(FormattableString.Invariant($"{options.Rounds} rounds, {options.Payments} payments each; load average at the start: {Machine.Load()}"));
        signing.Measure();
        await (engine?.RunAsync(WarmUp) ?? Task.CompletedTask);
        await (queue?.ConcurrentAsync(WarmUp) ?? Task.CompletedTask);
        await (status?.RunAsync() ?? Task.CompletedTask);

        for (var round = 1; round <= options.Rounds; round++)
        {
            Console.WriteLine(FormattableString.Invariant($"round {round}, load average {Machine.Load()}"));
            report.Add(signing.Measure());
            if (engine is not null)
            {
                var (own, other) = (ProcessorTime.Own(), simulator.Processor);
                var elapsed = await engine.RunAsync(options.Payments);
                report.AddEngine(options.Payments, elapsed, ProcessorTime.Own() - own, simulator.Processor - other);
                await simulator.Control.ForgetRequestsAsync();
            }

            if (status is not null)
            {
                report.AddStatus(await status.RunAsync());
            }

            if (queue is not null)
            {
                report.AddPrefilled(await queue.PrefilledAsync(options.Payments));
                var concurrent = await queue.ConcurrentAsync(options.Payments);
                report.AddConcurrent(concurrent);
                report.AddPaced(await queue.PacedAsync(options.Payments, concurrent.PerSecond / 2));
            }
        }

        report.Write(Console.Out);
        Console.WriteLine(FormattableString.Invariant($"load average at the end: {Machine.Load()}"));
    }

    private static class Machine
    {
        public static string Processor() => File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
            : "unknown processor";

        public static string Load() => File.Exists("/proc/loadavg")
            ? string.Create(CultureInfo.InvariantCulture, $"{File.ReadAllText("/proc/loadavg").Split(' ')[0]}")
            : "unknown";
    }
}
