using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Where a development host on this machine says it can be found: addresses.json in its data folder.</summary>
internal static class DevelopmentHost
{
    public const string DefaultData = ".local";

    // Never another machine's: a file in a folder must not decide where a key is sent.
    public static string? Api(string dataFolder) => Local(dataFolder, "api");

    public static string? Simulator(string dataFolder) => Local(dataFolder, "alipayPlus");

    public static string? Storage(string dataFolder) => Read(dataFolder, "storage");

    private static string? Local(string dataFolder, string name) =>
        Read(dataFolder, name) is { } text && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.IsLoopback ? text : null;

    private static string? Read(string dataFolder, string name)
    {
        try
        {
            return JsonElement.Parse(File.ReadAllBytes(Path.Combine(dataFolder, "addresses.json"))).Text(name);
        }
        catch (Exception exception) when (GivenFile.IsFault(exception) || exception is JsonException)
        {
            return null;
        }
    }
}
