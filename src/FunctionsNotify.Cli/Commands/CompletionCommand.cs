using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary><c>notify completion</c>: a script for the shell, which asks the program itself by its directive "suggest".</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _notify() { local IFS=$'\n'; COMPREPLY=($(compgen -W "$(notify "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")); }
            complete -o default -F _notify notify
            """,
        ["zsh"] = """
            _notify() { compadd -- ${(f)"$(notify "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)"}; }
            compdef _notify notify
            """,
        ["fish"] = """
            complete -c notify -a '(notify "[suggest:"(commandline -C)"]" (commandline -p | string collect) 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName notify -ScriptBlock {
                param($word, $line, $position)
                notify "[suggest:$position]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public static Command Create(CommandSetup setup)
    {
        var shell = new Argument<string>("SHELL") { Description = $"One of {string.Join(", ", _scripts.Keys)}." };
        shell.CompletionSources.Add([.. _scripts.Keys]);
        var command = new Command("completion", "A script that completes commands and options in your shell.") { shell };
        return setup.Runs(command, (session, _) =>
        {
            session.Host.Out.WriteLine(_scripts.GetValueOrDefault(session.Get(shell)!) ?? throw CliFault.Usage($"SHELL: must be one of {string.Join(", ", _scripts.Keys)}"));
            return Task.FromResult(ExitCodes.Done);
        });
    }
}
