using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary>Makes commands: each gets a session with the world, the options of every command, and the output.</summary>
internal sealed class CommandSetup(CliHost host, GlobalOptions options)
{
    /// <summary>The world around.</summary>
    public CliHost Host => host;

    /// <summary>Gives a command its action.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">Does the work and returns the exit code; ends by <see cref="CliFault"/> when it cannot.</param>
    public Command Runs(Command command, Func<Session, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var session = new Session(host, options, parse);
            return await action(session, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }
}
