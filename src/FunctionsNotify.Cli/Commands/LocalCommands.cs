using System.CommandLine;
using FunctionsNotify.LocalHost;

namespace FunctionsNotify.Cli;

/// <summary><c>notify local</c> and <c>notify demo</c>: the local host's program, in this process.</summary>
internal static class LocalCommands
{
    public const string Local = "local";
    public const string Demo = "demo";

    private const string DataVariable = "LocalHost__Data";

    public static Command CreateLocal(CommandSetup cli) => Create(cli, Local, "Deliver on this machine, without Azure: run (default), services or help; its own options follow.", arguments =>
        arguments is [var first, ..] && !first.StartsWith('-') ? arguments : ["run", .. arguments]);

    public static Command CreateDemo(CommandSetup cli) => Create(cli, Demo, "Deliver the sample payments on this machine and show what happens.", arguments => ["demo", .. arguments]);

    /// <summary>Where a tool that was not started from a clone keeps its state: an update of the tool replaces its own folder.</summary>
    internal static string? DataOutsideClone(string root) =>
        File.Exists(Path.Combine(root, "FunctionsNotify.sln"))
            ? null
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "functions-notify");

    private static Command Create(CommandSetup cli, string name, string description, Func<string[], string[]> complete)
    {
        var arguments = new Argument<string[]>("arguments") { Arity = ArgumentArity.ZeroOrMore, CaptureRemainingTokens = true, Description = "Passed on; help says which." };
        var command = new Command(name, description) { arguments };
        return cli.Runs(command, (session, _) => RunAsync(session, complete(session.Get(arguments) ?? [])));
    }

    private static Task<int> RunAsync(Session session, string[] arguments)
    {
        var needsData = arguments[0] is "run" or "services" or "quarantine" && !arguments.Any(argument => argument.StartsWith("--data", StringComparison.Ordinal));
        if (needsData && string.IsNullOrEmpty(session.Host.Variable(DataVariable)) && DataOutsideClone(RepositoryRoot.Find()) is { } data)
        {
            Environment.SetEnvironmentVariable(DataVariable, data);
        }

        return LocalHostProgram.MainAsync(arguments);
    }
}
