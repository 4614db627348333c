using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.DevHost;

/// <summary>The program: a command, and an exit code that says how it ended.</summary>
internal static class LocalHostProgram
{
    /// <summary>It did what it was asked.</summary>
    public const int Ok = 0;

    /// <summary>It could not start, or the demo did not come out as it should.</summary>
    public const int Failed = 1;

    /// <summary>Settings are wrong.</summary>
    public const int WrongConfiguration = 2;

    public static async Task<int> MainAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            if (args is [QuarantineCommand.Name, .. var rest])
            {
                var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
                return await new QuarantineCommand(Console.Out, Console.Error, ToStandardError).RunAsync(rest, environment, stop.Token).ConfigureAwait(false);
            }

            var line = CommandLine.Read(args);
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(line.Settings).Build();
            switch (line.Command)
            {
                case "help":
                    Console.Out.WriteLine(CommandLine.Help);
                    return Ok;
                case "demo":
                    return await DemoCommand.RunAsync(configuration, stop.Token).ConfigureAwait(false);
                case "services":
                    await DevelopmentServices.RunAsync(configuration, stop.Token).ConfigureAwait(false);
                    return Ok;
                default:
                    return await RunAsync(configuration, stop.Token).ConfigureAwait(false);
            }
        }
        catch (ConfigurationException exception)
        {
            foreach (var problem in exception.Problems)
            {
                Console.Error.WriteLine(problem);
            }

            return WrongConfiguration;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Ok;
        }
        catch (Exception exception) when (exception is AzuriteException or IOException or UnauthorizedAccessException or InvalidDataException or Microsoft.Data.Sqlite.SqliteException)
        {
            Console.Error.WriteLine(Faults.Brief(exception));
            return Failed;
        }
    }

    private static async Task<int> RunAsync(IConfiguration configuration, CancellationToken stop)
    {
        var app = await LocalHostApp.StartAsync(configuration, ToConsole, stop).ConfigureAwait(false);
        await using (app.ConfigureAwait(false))
        {
            // Scripts read these lines; keep the words before the colon.
            Console.Out.WriteLine($"API: {new Uri(app.ApiAddress, "api")}");
            Console.Out.WriteLine($"Alipay+: {(app.Simulator is { } simulator ? $"simulator {simulator.BaseAddress}" : "as configured")}");
            Console.Out.WriteLine($"Storage: {(app.Azurite is { } azurite ? $"Azurite {azurite.ConnectionString}" : "as configured")}");
            Console.Out.WriteLine(app.Options.Speed > 1 ? $"Ready, every delay divided by {app.Options.Speed}." : "Ready.");
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return Ok;
    }

    // Of a command, standard output is what was asked for and nothing else.
    private static void ToStandardError(ILoggingBuilder logging)
    {
        ToConsole(logging);
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void ToConsole(ILoggingBuilder logging) => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    });
}
