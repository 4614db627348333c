using System.CommandLine;
using Azure.Core;
using Azure.Identity;

namespace FunctionsNotify.Cli;

// The same for every command; docs/cli.md explains them.
internal static class ExitCodes
{
    public const int Done = 0;
    public const int NotDone = 1;
    public const int Usage = 2;
    public const int Unreachable = 3;
    public const int Partly = 4;
}

/// <summary>Why a command ends without having done its work: an exit code and the lines that say why.</summary>
internal sealed class CliFault : Exception
{
    private CliFault(int exitCode, IReadOnlyList<string> lines)
        : base(string.Join(Environment.NewLine, lines))
    {
        ExitCode = exitCode;
        Lines = lines;
    }

    public int ExitCode { get; }

    public IReadOnlyList<string> Lines { get; }

    public int? HttpStatus { get; private init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Fields { get; private init; }

    public static CliFault Usage(params IReadOnlyList<string> lines) => new(ExitCodes.Usage, lines);

    public static CliFault NotDone(params IReadOnlyList<string> lines) => new(ExitCodes.NotDone, lines);

    public static CliFault Partly(params IReadOnlyList<string> lines) => new(ExitCodes.Partly, lines);

    public static CliFault Unreachable(params IReadOnlyList<string> lines) => new(ExitCodes.Unreachable, lines);

    public static CliFault Answered(int exitCode, int httpStatus, IReadOnlyList<string> lines, IReadOnlyDictionary<string, IReadOnlyList<string>>? fields = null) =>
        new(exitCode, lines) { HttpStatus = httpStatus, Fields = fields };

    public CliFault With(params IReadOnlyList<string> more) => new(ExitCode, [.. Lines, .. more]) { HttpStatus = HttpStatus, Fields = Fields };
}

/// <summary>What the program has around it; tests give it another console and environment.</summary>
internal sealed record CliHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public required string User { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool HasColours { get; init; }

    public Func<int> Width { get; init; } = () => int.MaxValue;

    // Null where nobody can be asked.
    public Func<string?>? ReadAnswer { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Func<TokenCredential> Identity { get; init; } = () => new DefaultAzureCredential();

    public static CliHost OfProcess()
    {
        var isTerminal = !Console.IsOutputRedirected;
        var hasAnsi = !OperatingSystem.IsWindows() || Set("WT_SESSION") || Set("TERM");
        return new CliHost
        {
            Out = Console.Out,
            Error = Console.Error,
            OpenInput = Console.OpenStandardInput,
            Variable = Environment.GetEnvironmentVariable,
            User = Environment.UserName,
            OutputIsTerminal = isTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            HasColours = isTerminal && hasAnsi && !Set("NO_COLOR"),
            Width = () => isTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : int.MaxValue,
            ReadAnswer = Console.IsInputRedirected ? null : Console.ReadLine,
        };

        static bool Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 };
    }
}

/// <summary>The options that every command has, and what turns a parsed command line into a session.</summary>
internal sealed class CommandSetup(CliHost host)
{
    public Option<string?> Url { get; } = new("--url")
    {
        Description = $"The host's address; default {ApiSettings.UrlVariable}, the development host that runs in this folder, or {ApiSettings.DefaultUrl}. https, except for this machine.",
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
        Description = $"Sign in with Microsoft Entra for this scope (api://…/.default), beside the key; default {ApiSettings.ScopeVariable}.",
        HelpName = "SCOPE",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "One JSON document on standard output, for scripts.", Recursive = true };

    public CliHost Host => host;

    public Command Runs(Command command, Func<Session, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var session = new Session(this, parse);
            return await action(session, cancellationToken);
        });
        return command;
    }
}

internal sealed class Session(CommandSetup setup, ParseResult parse) : IDisposable
{
    private ApiSettings? _settings;
    private ApiClient? _api;

    public CliHost Host => setup.Host;

    public bool IsJson { get; } = parse.GetValue(setup.Json);

    public Output Output { get; } = new(setup.Host, parse.GetValue(setup.Json));

    public ApiClient Api => _api ??= new ApiClient(Settings, Host);

    // The host then takes the signed-in user as the actor.
    public bool IsSignedIn => Settings.Scope is not null;

    private ApiSettings Settings => _settings ??= ApiSettings.Read(Get(setup.Url), Get(setup.Key), Get(setup.EntraScope), Host.Variable);

    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parse.GetValue(argument);

    public bool Has(Option option) => parse.GetResult(option) is { Implicit: false };

    public (string Name, string? Value) Setting(Option<string?> option, string variable) =>
        Get(option) is { } given ? (option.Name, given) : (variable, Host.Variable(variable) is { Length: > 0 } set ? set : null);

    public void Confirm(string question)
    {
        if (Host.ReadAnswer is not { } read)
        {
            throw CliFault.Usage("--yes: is required, because nobody can be asked here");
        }

        Host.Error.Write($"{question} [y/N] ");
        if (read()?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw CliFault.NotDone("Nothing was done.");
        }
    }

    public void Dispose() => _api?.Dispose();
}
