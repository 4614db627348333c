using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary>The options of every command. Made anew for each run: a symbol of System.CommandLine knows its parents.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Url { get; } = new("--url")
    {
        Description = $"The host's address; default {ApiSettings.UrlVariable} or {ApiSettings.DefaultUrl}. https, except for this machine.",
        HelpName = "ADDRESS",
        Recursive = true,
    };

    public Option<string?> Key { get; } = new("--key")
    {
        Description = $"The function key; better in {ApiSettings.KeyVariable}, where no other process sees it.",
        HelpName = "KEY",
        Recursive = true,
    };

    public Option<string?> EntraScope { get; } = new("--entra-scope")
    {
        Description = $"Sign in with Microsoft Entra for this scope (api://…/.default) instead of a key; default {ApiSettings.ScopeVariable}.",
        HelpName = "SCOPE",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "One JSON document on standard output, for scripts.",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        root.Add(Url);
        root.Add(Key);
        root.Add(EntraScope);
        root.Add(Json);
    }
}
