using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost;

/// <summary>The local host's own settings, <c>LocalHost__…</c> in the environment or a flag of the command line.</summary>
public sealed record LocalHostOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "LocalHost";

    /// <summary>OpenTelemetry's own setting for the address that OTLP is sent to.</summary>
    public const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const int HighestPort = 65_535;

    /// <summary>The folder of everything that is kept: state, keys, Azurite's data. <c>--data</c></summary>
    public required string Data { get; init; }

    /// <summary>The port of the HTTP API on loopback; 0 takes a free one. <c>--port</c></summary>
    public int Port { get; init; } = 7071;

    /// <summary>Divides every duration of the retry schedule and its rules. <c>--speed</c></summary>
    public double Speed { get; init; } = 1;

    /// <summary>The Functions host's settings file. <c>--host-json</c></summary>
    public required string HostJson { get; init; }

    /// <summary>The port of the simulator, when it is started here; 0 takes a free one.</summary>
    public int SimulatorPort { get; init; }

    /// <summary>How many batches of messages are taken in at the same time.</summary>
    public int Receivers { get; init; } = 4;

    /// <summary>How many attempts are made at the same time.</summary>
    public int SendConcurrency { get; init; } = 64;

    /// <summary>Where measurements and traces go. <c>--telemetry</c>, or OTLP when <see cref="OtlpEndpoint"/> is set.</summary>
    public TelemetryTarget Telemetry { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The environment's settings and the flags.</param>
    /// <param name="problems">Takes one line for each wrong setting.</param>
    /// <exception cref="DirectoryNotFoundException">The program does not run from a clone, and a path that is found there by default is not set.</exception>
    public static LocalHostOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(problems);
        var section = configuration.GetSection(Section);

        int Number(string name, int otherwise, int least, int most)
        {
            if (section[name] is not { Length: > 0 } text)
            {
                return otherwise;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            problems.Add($"{Section}__{name}: must be a whole number from {least} to {most}, is a text of {text.Length} characters");
            return otherwise;
        }

        return new LocalHostOptions
        {
            Data = Path.GetFullPath(section[nameof(Data)] is { Length: > 0 } data ? data : Path.Combine(RepositoryRoot.Find(), ".local")),
            HostJson = Path.GetFullPath(section[nameof(HostJson)] is { Length: > 0 } file ? file : Path.Combine(RepositoryRoot.Find(), "host.json")),
            Port = Number(nameof(Port), 7071, 0, HighestPort),
            SimulatorPort = Number(nameof(SimulatorPort), 0, 0, HighestPort),
            Speed = ReadSpeed(section[nameof(Speed)], problems),
            Telemetry = ReadTelemetry(section[nameof(Telemetry)], configuration[OtlpEndpoint], problems),
            Receivers = Number(nameof(Receivers), 4, 1, 64),
            SendConcurrency = Number(nameof(SendConcurrency), 64, 1, 1024),
        };
    }

    private static TelemetryTarget ReadTelemetry(string? text, string? endpoint, ICollection<string> problems)
    {
        if (!string.IsNullOrEmpty(endpoint) && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            problems.Add($"{OtlpEndpoint}: must be an http or https address, is a text of {endpoint.Length} characters");
        }

        switch (text)
        {
            case null or "":
                return string.IsNullOrEmpty(endpoint) ? TelemetryTarget.None : TelemetryTarget.Otlp;
            case "none":
                return TelemetryTarget.None;
            case "console":
                return TelemetryTarget.Console;
            case "otlp":
                return TelemetryTarget.Otlp;
            default:
                problems.Add($"{Section}__{nameof(Telemetry)}: must be none, console or otlp, is a text of {text.Length} characters");
                return TelemetryTarget.None;
        }
    }

    private static double ReadSpeed(string? text, ICollection<string> problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 1;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= 1 and <= 1_000_000)
        {
            return speed;
        }

        problems.Add($"{Section}__{nameof(Speed)}: must be a number from 1 to 1000000, is a text of {text.Length} characters");
        return 1;
    }
}
