using System.Diagnostics;
using System.Globalization;
using FunctionsNotify.DevHost;

namespace FunctionsNotify.Bench;

internal sealed record Variant(string Name, IReadOnlyDictionary<string, string> Settings);

/// <summary>What one variant of the settings came to, freshly started and after a warm-up.</summary>
internal sealed record VariantFigures
{
    public required string Variant { get; init; }

    public required double Requests { get; init; }

    public required double ControlGets { get; init; }

    public required double IdlePerSecond { get; init; }

    public required Burst Short { get; init; }

    public required Burst Steady { get; init; }

    /// <summary>Enqueue to end, seconds, at half of what the first variant of the round did in its burst.</summary>
    public required IReadOnlyList<double> Paced { get; init; }

    /// <summary>The same, beside payments that wait for their retries; only for some variants.</summary>
    public required IReadOnlyList<double> BesideWaiting { get; init; }
}

/// <summary>Ours under one variant of the settings after the other.</summary>
internal static class Settings
{
    private const int ShortLife = 100;
    private const int WarmUp = 600;
    private const int Waiting = 300;
    private const string Deployed = "as deployed";
    private const string ExtendedSessions = "extended sessions";
    private const string ReadyToRun = "ReadyToRun worker";
    private const string Durable = "AzureFunctionsJobHost__extensions__durableTask__";

    private static readonly Variant[] _variants =
    [
        Of(Deployed),
        Of("1 partition", $"{Durable}storageProvider__partitionCount", "1"),
        Of("2 partitions", $"{Durable}storageProvider__partitionCount", "2"),
        Of("8 partitions", $"{Durable}storageProvider__partitionCount", "8"),
        Of(ExtendedSessions, $"{Durable}extendedSessionsEnabled", "true"),
        Of("Durable polls within 0.2 s", $"{Durable}storageProvider__maxQueuePollingInterval", "00:00:00.2"),
        // Of host and worker.
        Of("TieredPGO=0", "DOTNET_TieredPGO", "0"),
        Of("TC_QuickJitForLoops=0", "DOTNET_TC_QuickJitForLoops", "0"),
        Of("TieredCompilation=0", "DOTNET_TieredCompilation", "0"),
        Of(ReadyToRun),
    ];

    /// <summary>Of the variants whose name contains <paramref name="only"/>, always with the deployed one first.</summary>
    public static async Task<IReadOnlyList<VariantFigures>> RunAsync(App app, string devHost, int payments, int rounds, string only)
    {
        var all = new List<VariantFigures>();
        Console.WriteLine($"{"",-28}{"requests",9}{"control",9}{"idle",8}|{$"first {ShortLife}",9}{"host",8}{"worker",8}|{"steady",9}{"host",8}{"worker",8}|{"p50",7}{"p95",7}");
        Console.WriteLine($"{"",-28}{"/payment",9}{"gets",9}{"req/s",8}|{"/s",9}{"s/1,000",8}{"s/1,000",8}|{"/s",9}{"s/1,000",8}{"s/1,000",8}|{"s",7}{"s",7}");
        for (var round = 1; round <= rounds; round++)
        {
            TimeSpan? pause = null;
            foreach (var variant in _variants.Where(each => each.Name == Deployed || each.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            {
                var directory = variant.Name == ReadyToRun ? await PublishAsync() : app.Directory;
                if (directory is null)
                {
                    continue;
                }

                var figures = await RunAsync(app with { Directory = directory }, devHost, variant, payments, pause);
                pause ??= HalfRate(figures.Steady);
                all.Add(figures);
                Print(variant.Name, [figures]);
            }
        }

        if (rounds > 1)
        {
            Console.WriteLine($"medians of {rounds} rounds");
            foreach (var variant in all.GroupBy(each => each.Variant))
            {
                Print(variant.Key, [.. variant]);
            }
        }

        return all;
    }

    private static async Task<VariantFigures> RunAsync(App app, string devHost, Variant variant, int payments, TimeSpan? pause)
    {
        await using var round = await Round.StartAsync(app, devHost, variant.Settings, warmUp: 0);
        var first = await round.BurstAsync(ShortLife);
        await round.BurstAsync(WarmUp - ShortLife);
        var idle = await round.IdleAsync();
        var steady = await round.BurstAsync(payments);
        var requests = round.PerPayment(steady, payments, idle);
        pause ??= HalfRate(steady);
        return new VariantFigures
        {
            Variant = variant.Name,
            Requests = requests.Values.Sum(),
            ControlGets = requests.GetValueOrDefault("control queue get"),
            IdlePerSecond = idle.Values.Sum(),
            Short = first,
            Steady = steady,
            Paced = await round.PacedAsync(payments / 2, pause.Value),
            BesideWaiting = variant.Name is Deployed or ExtendedSessions ? await BesideWaitingAsync(round, payments / 2, pause.Value) : [],
        };
    }

    // They wait for their third retry, 30 s after the second; a session that is kept open holds a place meanwhile.
    private static async Task<IReadOnlyList<double>> BesideWaitingAsync(Round round, int payments, TimeSpan pause)
    {
        await round.EnqueueWaitingAsync(Waiting);
        return await round.PacedAsync(payments, pause);
    }

    private static void Print(string name, IReadOnlyList<VariantFigures> rounds)
    {
        double? Of(Func<VariantFigures, double?> figure) => Report.Median(rounds.Select(figure));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-28}{Of(each => each.Requests),9:F1}{Of(each => each.ControlGets),9:F2}{Of(each => each.IdlePerSecond),8:F1}|{Of(each => each.Short.PaymentsPerSecond),9:F1}{Of(each => each.Short.HostProcessor),8:F1}{Of(each => each.Short.WorkerProcessor),8:F1}|{Of(each => each.Steady.PaymentsPerSecond),9:F1}{Of(each => each.Steady.HostProcessor),8:F1}{Of(each => each.Steady.WorkerProcessor),8:F1}|{Of(each => Report.Percentile(each.Paced, 50)),7:F2}{Of(each => Report.Percentile(each.Paced, 95)),7:F2}"));
        if (Of(each => Report.Percentile(each.BesideWaiting, 50)) is { } median)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{"",-28}beside {Waiting} that wait for their next retry: new ones p50 {median:F2} s, p99 {Of(each => Report.Percentile(each.BesideWaiting, 99)):F2} s (alone p99 {Of(each => Report.Percentile(each.Paced, 99)):F2} s)"));
        }
    }

    private static TimeSpan HalfRate(Burst burst) => TimeSpan.FromSeconds(2 / burst.PaymentsPerSecond);

    // Built in folders of its own: a runtime in the projects' lock files would not be the repository's.
    private static async Task<string?> PublishAsync()
    {
        var root = RepositoryRoot.Find();
        var target = Path.Combine(root, "artifacts", "bench", "ready-to-run");
        string[] arguments =
        [
            "publish", Path.Combine(root, "src", "FunctionsNotify.App"), "--configuration", "Release", "--runtime", "linux-x64", "--self-contained", "false", "--nologo", "--verbosity", "quiet",
            "--output", target, "-p:PublishReadyToRun=true", $"-p:ArtifactsPath={Path.Combine(root, "artifacts", "bench", "build")}", "-p:NuGetLockFilePath=obj/ready-to-run.lock.json",
        ];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode == 0)
        {
            return target;
        }

        Console.WriteLine($"{ReadyToRun,-28}left out, it cannot be published: {said.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))}");
        return null;
    }

    private static Variant Of(string name) => new(name, new Dictionary<string, string>());

    private static Variant Of(string name, string setting, string value) => new(name, new Dictionary<string, string> { [setting] = value });
}
