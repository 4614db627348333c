using System.Globalization;
using Azure.Storage.Queues;
using Spectre.Console;

namespace FunctionsNotify.DevHost;

/// <summary>Delivers the samples through the function app, with everything temporary, and says whether all ended as they have to.</summary>
internal static class DemoCommand
{
    // An hour becomes a second: the default retry schedule of about 22 h then takes less than half a minute.
    private const double DefaultSpeed = 3600;

    private const string NotificationsQueue = "payment-notifications";
    private const string OutcomesQueue = "payment-notification-outcomes";

    // It needs some seconds; a busy machine may take its time.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(150);

    // The demo never meets a real account or a real Alipay+, nor somebody's telemetry: of the app's own settings it takes these.
    private static readonly string[] TakenSections = ["Delivery__", "Overload__", "AzureFunctionsJobHost__", "Logging__"];
    private static readonly string[] ForeignSections = ["AzureWebJobs", "APPLICATIONINSIGHTS_", "OTEL_"];

    public static async Task<bool> RunAsync(CommandLine line, CancellationToken stop)
    {
        var console = Console.Out;
        var speed = line.Speed ?? DefaultSpeed;
        var settings = AppSettings.Read(directory: null, Environment(), withFile: false);
        settings.DivideDelays(speed);
        // A quiet console: the table is what there is to see. The default does not reach the categories that host.json names.
        foreach (var category in HostSettings.Read(new FunctionsHostOptions { AppDirectory = settings.AppDirectory, Settings = settings.Values })
            .GetSection($"{HostSettings.Root}:logging:logLevel").GetChildren())
        {
            settings.Complete($"AzureFunctionsJobHost__logging__logLevel__{category.Key}", "Critical");
        }

        var longest = settings.Schedule().Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);
        console.WriteLine("Starting Azurite (installed on first use), the simulator of Alipay+ and the function app …");
        using var data = DataFolder.Temporary();
        await using var services = await LocalServices.StartAsync(settings, data, usualPorts: false, console.WriteLine, stop).ConfigureAwait(false);
        await using var host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions { AppDirectory = settings.AppDirectory, Port = line.Port ?? 0, Settings = settings.Values }, stop).ConfigureAwait(false);
        console.WriteLine($"Host: the function app with its {host.Functions.Count} functions, under the development host, on {host.Api}");
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Every delay of the retry schedule is divided by {speed:0.##} (--speed): its last retry is due after about {longest.TotalSeconds:0} s instead of {longest.TotalHours * speed:0} h."));
        var storage = services.Azurite!.ConnectionString;
        using var run = new DemoRun(
            Sample.ReadAll(Path.Combine(RepositoryRoot.Find(), "samples")),
            new QueueClient(storage, NotificationsQueue),
            new QueueClient(storage, OutcomesQueue),
            services.Simulator!.BaseAddress,
            host.Api);
        var show = ShowAsync(run, longest + Slack, stop);
        if (await Task.WhenAny(show, host.Failed).ConfigureAwait(false) == host.Failed)
        {
            await host.Failed.ConfigureAwait(false);
        }

        await show.ConfigureAwait(false);
        return Conclude(run, console);
    }

    private static Dictionary<string, string> Environment()
    {
        var ours = AppSettings.Sample();
        return AppSettings.ProcessEnvironment
            .Where(setting => TakenSections.Any(section => IsAt(setting.Key, section))
                || !(setting.Key.Contains("__", StringComparison.Ordinal) || ours.ContainsKey(setting.Key) || ForeignSections.Any(section => IsAt(setting.Key, section))))
            .ToDictionary();
    }

    private static bool IsAt(string name, string section) => name.StartsWith(section, StringComparison.OrdinalIgnoreCase);

    private static async Task ShowAsync(DemoRun run, TimeSpan atMost, CancellationToken stop)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi)
        {
            var told = new Dictionary<string, string>(StringComparer.Ordinal);
            await run.RunAsync(atMost, () => TellChanges(run.Rows, told), stop).ConfigureAwait(false);
            return;
        }

        await AnsiConsole.Live(TableOf(run.Rows))
            .StartAsync(live => run.RunAsync(atMost, () => live.UpdateTarget(TableOf(run.Rows)), stop))
            .ConfigureAwait(false);
    }

    private static Table TableOf(IReadOnlyList<DemoRow> rows)
    {
        var now = DateTimeOffset.UtcNow;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Sample", "Payment", "State", "Attempts", "Last answer", "Next try");
        foreach (var row in rows)
        {
            var colour = row.IsAsExpected switch { true => "green", false => "red", null => "yellow" };
            table.AddRow(
                Markup.Escape(row.Sample.Title),
                Markup.Escape(row.Sample.PaymentId),
                $"[{colour}]{Markup.Escape(row.State)}[/]",
                row.Attempts == 0 ? string.Empty : $"{row.Attempts}",
                Markup.Escape(row.LastAnswer),
                row.NextTryIn(now));
        }

        return table;
    }

    private static void TellChanges(IReadOnlyList<DemoRow> rows, Dictionary<string, string> told)
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var row in rows.Where(row => row.MessageId is not null))
        {
            var fact = $"{row.State}|{row.Attempts}|{row.IsAsExpected}";
            if (told.GetValueOrDefault(row.Sample.Name) == fact)
            {
                continue;
            }

            told[row.Sample.Name] = fact;
            var attempts = row.Attempts == 0 ? string.Empty : $", {row.Attempts} {(row.Attempts == 1 ? "attempt" : "attempts")}";
            var answer = row.LastAnswer.Length == 0 ? string.Empty : $", last {row.LastAnswer}";
            var next = row.NextTry is null ? string.Empty : $", next {row.NextTryIn(now)}";
            var verdict = row.IsAsExpected switch { true => " - as expected", false => $" - NOT as expected: {row.Sample.Expected}", null => string.Empty };
            Console.WriteLine($"{now:HH:mm:ss.f} {row.Sample.Name} ({row.Sample.PaymentId}): {row.State}{attempts}{answer}{next}{verdict}");
        }
    }

    private static bool Conclude(DemoRun run, TextWriter console)
    {
        foreach (var row in run.Rows.Where(row => row.IsAsExpected != true))
        {
            console.WriteLine($"{row.Sample.Name}: {row.State} after {row.Attempts} attempts, expected {row.Sample.Expected}");
        }

        foreach (var outcome in run.Unaccounted)
        {
            console.WriteLine($"No sample accounts for the outcome {outcome.OutcomeId}: {outcome.State}");
        }

        console.WriteLine($"{run.Rows.Count(row => row.IsAsExpected == true)} of {run.Rows.Count} samples ended as expected.");
        return run.IsGood;
    }
}
