using System.Globalization;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace FunctionsNotify.DevHost;

/// <summary>Delivers the samples on a host of its own, with everything temporary, and says whether all ended as they have to.</summary>
internal static class DemoCommand
{
    // An hour becomes a second: the default retry schedule of about 22 h then takes less than half a minute.
    private const double DefaultSpeed = 3600;

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(60);

    // The demo must never meet a real account or a real Alipay+.
    private static readonly string[] TakenSections = [LocalHostOptions.Section, DeliveryOptions.Section, OverloadPolicy.Section, "AzureFunctionsJobHost"];

    public static async Task<int> RunAsync(IConfiguration environment, CancellationToken stop)
    {
        if (environment["LocalHost:Data"] is not null)
        {
            throw new ConfigurationException(["LocalHost__Data, --data: demo uses a temporary folder; leave it out"]);
        }

        var folder = Directory.CreateTempSubdirectory("functions-notify-demo-");
        try
        {
            return await RunAsync(Settings(environment, folder.FullName), environment, stop).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (IOException)
            {
                // A temporary folder that stays behind does no harm.
            }
        }
    }

    private static async Task<int> RunAsync(IConfiguration settings, IConfiguration environment, CancellationToken stop)
    {
        var samples = Sample.ReadAll(Path.Combine(RepositoryRoot.Find(), "samples"));
        var console = Console.Out;
        if (SettingsCheck.HasStorage(environment) || environment["AlipayPlus:BaseUrl"] is not null)
        {
            console.WriteLine("The demo leaves AzureWebJobsStorage and AlipayPlus__BaseUrl alone and uses an Azurite and a simulator of its own.");
        }

        console.WriteLine("Starting Azurite (installed on first use), the simulator of Alipay+ and the local host …");
        var app = await LocalHostApp.StartAsync(settings, Quietly, stop).ConfigureAwait(false);
        await using (app.ConfigureAwait(false))
        {
            var policy = app.Services.GetRequiredService<DeliveryPolicy>();
            var longest = policy.RetryDelays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay) * (1 + policy.Jitter);
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Every delay of the retry schedule is divided by {app.Options.Speed:0.##} (--speed): its last retry is due after about {longest.TotalSeconds:0} s instead of {longest.TotalHours * app.Options.Speed:0} h."));
            var queues = app.Services.GetRequiredService<NotificationQueues>();
            using var run = new DemoRun(samples, queues.Notifications, queues.Outcomes, app.Simulator!.BaseAddress, app.ApiAddress);
            await ShowAsync(run, longest + Slack, stop).ConfigureAwait(false);
            return Conclude(run, console);
        }
    }

    private static async Task ShowAsync(DemoRun run, TimeSpan atMost, CancellationToken stop)
    {
        if (Console.IsOutputRedirected)
        {
            var lines = new DemoLines(Console.Out);
            await run.RunAsync(atMost, () => lines.Show(run.Rows, DateTimeOffset.UtcNow), stop).ConfigureAwait(false);
            return;
        }

        await AnsiConsole.Live(DemoTable.Of(run.Rows, DateTimeOffset.UtcNow))
            .StartAsync(live => run.RunAsync(atMost, () => live.UpdateTarget(DemoTable.Of(run.Rows, DateTimeOffset.UtcNow)), stop))
            .ConfigureAwait(false);
    }

    private static int Conclude(DemoRun run, TextWriter console)
    {
        foreach (var row in run.Rows.Where(row => row.IsAsExpected != true))
        {
            console.WriteLine($"{row.Sample.Name}: {row.State} after {row.Attempts} attempts, expected {row.Sample.Expected}");
        }

        foreach (var outcome in run.Unaccounted)
        {
            console.WriteLine($"No sample accounts for the outcome {outcome.OutcomeId}: {outcome.State}");
        }

        var good = run.Rows.Count(row => row.IsAsExpected == true);
        console.WriteLine($"{good} of {run.Rows.Count} samples ended as they have to.");
        return run.IsGood ? LocalHostProgram.Ok : LocalHostProgram.Failed;
    }

    private static IConfiguration Settings(IConfiguration environment, string folder)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["LocalHost:Port"] = "0",
            ["LocalHost:Speed"] = DefaultSpeed.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in TakenSections.SelectMany(section => environment.GetSection(section).AsEnumerable()))
        {
            if (value is not null)
            {
                settings[name] = value;
            }
        }

        settings["LocalHost:Data"] = folder;
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    // The table is what there is to see; faults are still told.
    private static void Quietly(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Critical);
        logging.AddSimpleConsole(console => console.SingleLine = true);
    }
}
