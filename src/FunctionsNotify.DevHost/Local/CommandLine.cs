namespace FunctionsNotify.DevHost;

/// <summary>The command line: a command, and flags that set what the environment could set as well.</summary>
internal sealed record CommandLine
{
    /// <summary>What the program says when it is asked for help.</summary>
    public const string Help =
        """
        FunctionsNotify local host: delivers payment notifications on one machine, without Azure.

          run       take notifications from the queue and deliver them until stopped (Ctrl+C)
          demo      deliver the sample payments and show what happens; ends by itself
          services  only Azurite and the simulator, for another host; writes DIR/services.env with the settings for it
          quarantine list | show | requeue | discard     messages that could not become a delivery (quarantine help)

          --data DIR         where state, keys and Azurite's data are kept (demo uses a temporary folder)
          --port N           port of the HTTP API on 127.0.0.1, 0 for a free one (default 7071, in demo 0)
          --speed N          divide every delay of the retry schedule by N
          --telemetry TO     measurements and traces to console or otlp (default none; otlp when OTEL_EXPORTER_OTLP_ENDPOINT is set)
          --host-json FILE   the Functions host's settings (default host.json of the repository)

        Without AzureWebJobsStorage it starts Azurite, without AlipayPlus__BaseUrl it starts the simulator of Alipay+.
        Every other setting comes from the environment: AlipayPlus__…, Delivery__…, Queues__…, LocalHost__…,
        AzureFunctionsJobHost__extensions__queues__…, Logging__LogLevel__Default.
        """;

    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        ["--data"] = "LocalHost:Data",
        ["--port"] = "LocalHost:Port",
        ["--speed"] = "LocalHost:Speed",
        ["--telemetry"] = "LocalHost:Telemetry",
        ["--host-json"] = "LocalHost:HostJson",
    };

    /// <summary><c>run</c>, <c>demo</c>, <c>services</c> or <c>help</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The flags, as settings.</summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ConfigurationException">It cannot be understood.</exception>
    public static CommandLine Read(IReadOnlyList<string> args)
    {
        var command = "run";
        var next = 0;
        if (args.Count > 0 && !args[0].StartsWith("--", StringComparison.Ordinal))
        {
            command = args[next++];
        }

        if (args.Contains("--help") || command == "help")
        {
            return new CommandLine { Command = "help", Settings = new Dictionary<string, string?>() };
        }

        var problems = new List<string>();
        if (command is not ("run" or "demo" or "services"))
        {
            problems.Add("command: must be run, demo, services, quarantine or help");
        }

        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (; next < args.Count; next++)
        {
            var (name, value) = args[next].Split('=', 2) is [var left, var right] ? (left, right) : (args[next], null);
            if (!Flags.TryGetValue(name, out var setting))
            {
                problems.Add($"argument {next + 1}: is none of {string.Join(", ", Flags.Keys)}");
            }
            else if (value is null && ++next == args.Count)
            {
                problems.Add($"{name}: needs a value");
            }
            else
            {
                settings[setting] = value ?? args[next];
            }
        }

        return problems.Count == 0
            ? new CommandLine { Command = command, Settings = settings }
            : throw new ConfigurationException(problems);
    }
}
