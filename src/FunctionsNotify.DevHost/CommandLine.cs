using System.Globalization;

namespace FunctionsNotify.DevHost;

internal sealed record CommandLine
{
    public const string Help =
        """
        FunctionsNotify development host: runs the function app on this machine, on the platform's own packages.

          run       run the function app until it is stopped (Ctrl+C)
          demo      deliver the sample payments, show what happens, and end
          services  run only Azurite and the simulator, for another host; writes its settings to DIR/services.env

          --port N        port of the HTTP API on 127.0.0.1, 0 for a free one (run: 7071, or a free one; demo: 0)
          --app DIR       build output of another isolated Functions app (run)
          --hosts N       number of hosts on one task hub, as after scaling out (run: 1)
          --data DIR      folder for Azurite's data, keys and addresses.json (run, services: .local; demo: a temporary folder)
          --speed N       divide every delay of the retry schedule by N (run: 1; demo: 3600)
          --short-leases  messages held by a killed process reappear in seconds, not after the platform's 10 minutes (run)

        Settings: the environment overrides local.settings.json beside the app, which overrides host.json. Without AzureWebJobsStorage
        it starts Azurite; without AlipayPlus__BaseUrl, the simulator of Alipay+.
        """;

    public string Command { get; private init; } = "run";

    public int? Port { get; private init; }

    public string? App { get; private init; }

    public int Hosts { get; private init; } = 1;

    public string? Data { get; private init; }

    public double? Speed { get; private init; }

    public bool ShortLeases { get; private init; }

    public static CommandLine Read(IReadOnlyList<string> args)
    {
        var line = new CommandLine();
        var next = 0;
        if (args is [var command, ..] && !command.StartsWith('-'))
        {
            line = line with { Command = command };
            next = 1;
        }

        if (line.Command == "help" || args.Any(arg => arg is "--help" or "-h"))
        {
            return new CommandLine { Command = "help" };
        }

        string[] allowed = line.Command switch
        {
            "run" => ["--port", "--app", "--hosts", "--data", "--speed", "--short-leases"],
            "demo" => ["--port", "--speed"],
            "services" => ["--data"],
            _ => throw Wrong($"{line.Command}: must be run, demo, services or help"),
        };
        while (next < args.Count)
        {
            var (name, given) = args[next].Split('=', 2) is [var left, var right] ? (left, right) : (args[next], null);
            next++;
            if (!allowed.Contains(name))
            {
                throw Wrong($"{name}: {line.Command} takes {string.Join(", ", allowed)}");
            }

            if (name == "--short-leases")
            {
                line = line with { ShortLeases = given is null ? true : throw Wrong($"{name}: takes no value") };
                continue;
            }

            var value = given ?? (next < args.Count ? args[next++] : throw Wrong($"{name}: needs a value"));
            line = name switch
            {
                "--port" => line with { Port = Number(name, value, 0, ushort.MaxValue) },
                "--hosts" => line with { Hosts = Number(name, value, 1, 4) },
                "--speed" => line with { Speed = SpeedOf(name, value) },
                "--app" => line with { App = Path.GetFullPath(value) },
                _ => line with { Data = Path.GetFullPath(value) },
            };
        }

        return line;
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong($"{name}: must be a whole number from {least} to {most}, is {value}");

    private static double SpeedOf(string name, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= 1 and <= 1_000_000
            ? speed
            : throw Wrong($"{name}: must be a number from 1 to 1000000, is {value}");

    private static DevHostException Wrong(string problem) => new(problem, DevHostException.WrongSettings);
}
