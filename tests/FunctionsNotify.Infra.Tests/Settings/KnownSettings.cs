using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FunctionsNotify.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.Infra.Tests.Settings;

/// <summary>The settings as the code asks for them, and as docs/configuration.md names them.</summary>
internal static partial class KnownSettings
{
    /// <summary>What the app asks its configuration for until its check at start is through.</summary>
    public static IReadOnlyList<string> OfTheCode()
    {
        var asked = new AskedSettings();
        var configuration = new ConfigurationBuilder().Add(asked).Build();
        using var services = new ServiceCollection().AddLogging().AddNotificationApp(configuration).BuildServiceProvider();
        Record.Exception(services.GetRequiredService<IStartupValidator>().Validate);
        return [.. asked.Names.Append(TaskHub()).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>What the first column of the table names for both hosts.</summary>
    public static IReadOnlyList<string> OfTheDocument() =>
    [
        .. RepositoryFiles.Read("docs/configuration.md").Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(Names)
            .Where(name => !IsTheLocalHosts(name))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>A setting's name without a list's index or a map's key.</summary>
    public static string Normal(string name) => name switch
    {
        _ when name.StartsWith("Delivery__RetryDelays__", StringComparison.Ordinal) => "Delivery__RetryDelays__0",
        _ when name.StartsWith("AlipayPlus__PublicKeys__", StringComparison.Ordinal) => "AlipayPlus__PublicKeys__*",
        _ => name,
    };

    private static string TaskHub() =>
        ((string)JsonNode.Parse(RepositoryFiles.Read("host.json"))!["extensions"]!["durableTask"]!["hubName"]!).Trim('%');

    private static bool IsTheLocalHosts(string name) => name.StartsWith("LocalHost__", StringComparison.Ordinal) || name.StartsWith("--", StringComparison.Ordinal);

    // `Overload__BreakerWindow`, `…BreakerPause`: the dots stand for the section; `__name` for the setting before it.
    private static IEnumerable<string> Names(string line)
    {
        var names = Code().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value).ToList();
        foreach (var name in names)
        {
            yield return Normal(name switch
            {
                _ when name[0] == '…' => names[0][..(names[0].IndexOf("__", StringComparison.Ordinal) + 2)] + name[1..],
                _ => name,
            });
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
