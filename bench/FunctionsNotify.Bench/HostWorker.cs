using System.Diagnostics.Metrics;
using FunctionsNotify.LocalHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Bench;

/// <summary>
/// The local host in a process of its own, as <c>run</c> makes it, that takes words on its standard input: it can pause
/// its intake, and it counts its requests by port. Its answers go to standard error; standard output is the log's.
/// </summary>
internal static class HostWorker
{
    public const string Argument = "host";
    public const string AnswerMark = "#";

    public static async Task<int> RunAsync()
    {
        using var requests = new RequestCounter();
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var app = await LocalHostApp.StartAsync(configuration, static logging => logging.AddSimpleConsole(static console => console.SingleLine = true));
        await using (app)
        {
            var intake = app.Services.GetRequiredService<QueueIntake>();
            Answer("ready");
            while (await Console.In.ReadLineAsync() is { } word)
            {
                switch (word)
                {
                    case "pause":
                        await intake.StopAsync(TimeSpan.FromSeconds(10));
                        Answer("paused");
                        break;
                    case "resume":
                        intake = ActivatorUtilities.CreateInstance<QueueIntake>(app.Services);
                        intake.Start();
                        Answer("resumed");
                        break;
                    default:
                        Answer(FormattableString.Invariant($"{requests.To(int.Parse(word, System.Globalization.CultureInfo.InvariantCulture))}"));
                        break;
                }
            }

            await intake.StopAsync(TimeSpan.FromSeconds(10));
        }

        return 0;
    }

    private static void Answer(string text) => Console.Error.WriteLine(AnswerMark + text);

    /// <summary>Counts the finished HTTP requests of this process by the server's port.</summary>
    private sealed class RequestCounter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<int, long> _counts = [];

        public RequestCounter()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "http.client.request.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            {
                foreach (var tag in tags)
                {
                    if (tag is { Key: "server.port", Value: int port })
                    {
                        lock (_counts)
                        {
                            _counts[port] = _counts.GetValueOrDefault(port) + 1;
                        }
                    }
                }
            });
            _listener.Start();
        }

        public long To(int port)
        {
            lock (_counts)
            {
                return _counts.GetValueOrDefault(port);
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
