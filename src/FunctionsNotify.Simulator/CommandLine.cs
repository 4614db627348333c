using System.Globalization;

namespace FunctionsNotify.Simulator;

/// <summary>The program's arguments.</summary>
/// <param name="Options">What to start with.</param>
/// <param name="UrlFile">A file to write the address to when the simulator answers; null for none.</param>
internal sealed record CommandLine(SimulatorOptions Options, string? UrlFile)
{
    public const string Usage =
        "Usage: FunctionsNotify.Simulator [--port N] [--keys DIR] [--client-id ID] [--url-file FILE]\n"
        + "  --port N         port on the loopback address; 0, the default, takes a free one\n"
        + "  --keys DIR       folder of the development keys, made when missing (default: .local/simulator-keys)\n"
        + "  --client-id ID   the client id that is known (default: " + SimulatorOptions.DefaultClientId + ")\n"
        + "  --url-file FILE  file to write the address to; removed when the simulator stops";

    private const string DefaultKeys = ".local/simulator-keys";

    /// <summary>Reads the arguments; null when one is wrong.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="faults">One line per wrong argument.</param>
    public static CommandLine? Parse(IReadOnlyList<string> arguments, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Count; index++)
        {
            var name = arguments[index];
            if (name is not ("--port" or "--keys" or "--client-id" or "--url-file"))
            {
                found.Add($"{name}: is not a known argument");
            }
            else if (index + 1 >= arguments.Count || arguments[index + 1].StartsWith("--", StringComparison.Ordinal))
            {
                found.Add($"{name}: needs a value");
            }
            else if (!values.TryAdd(name, arguments[++index]))
            {
                found.Add($"{name}: must be given at most once");
            }
        }

        var options = new SimulatorOptions { KeysDirectory = values.GetValueOrDefault("--keys", DefaultKeys) };
        if (string.IsNullOrWhiteSpace(options.KeysDirectory))
        {
            found.Add("--keys: must not be empty");
        }

        if (values.TryGetValue("--port", out var port))
        {
            if (ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                options = options with { Port = number };
            }
            else
            {
                found.Add("--port: must be a whole number from 0 to 65535");
            }
        }

        if (values.TryGetValue("--client-id", out var clientId))
        {
            options = options with { ClientId = clientId };
            if (!SimulatorOptions.IsClientId(clientId))
            {
                found.Add("--client-id: must be 1-64 letters, digits, '_' and '-'");
            }
        }

        var urlFile = values.GetValueOrDefault("--url-file");
        if (urlFile is not null && string.IsNullOrWhiteSpace(urlFile))
        {
            found.Add("--url-file: must not be empty");
        }

        faults = found;
        return found.Count == 0 ? new(options, urlFile) : null;
    }
}
