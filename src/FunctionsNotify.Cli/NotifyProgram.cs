using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

internal static class NotifyProgram
{
    public static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(args, CliHost.OfProcess(), stop.Token);
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host, CancellationToken stop)
    {
        var setup = new CommandSetup(host);
        var parse = Root(setup).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var output = new Output(host, parse.GetResult(setup.Json) is { Implicit: false });
        try
        {
            if (parse.Action is not { ClearsParseErrors: true } && !args.Any(arg => arg.StartsWith("[suggest", StringComparison.Ordinal))
                && Problems(parse, args) is { Count: > 0 } problems)
            {
                throw CliFault.Usage([.. problems, $"Help: {string.Join(' ', Path(parse))} --help"]);
            }

            return await parse.InvokeAsync(
                new InvocationConfiguration { Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                stop);
        }
        catch (CliFault fault)
        {
            output.Fault(fault);
            return fault.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            output.Fault(CliFault.NotDone("Interrupted."));
            return ExitCodes.NotDone;
        }
        catch (Exception fault)
        {
            // A defect of ours: without this a stack trace, and an exit code that means nothing.
            output.Fault(CliFault.NotDone($"{fault.GetType().Name}: {fault.Message}"));
            return ExitCodes.NotDone;
        }
    }

    internal static RootCommand Root(CommandSetup setup)
    {
        var root = new RootCommand("notify: find a payment's notification to Alipay+, understand it, deliver it again.")
        {
            setup.Url,
            setup.Key,
            setup.EntraScope,
            setup.Json,
            EnqueueCommand.Create(setup),
            OutcomesCommand.Create(setup),
            SimulateCommand.Create(setup),
            StatusCommand.Create(setup),
            ListCommand.Create(setup),
            ReconcileCommand.Create(setup),
            RedeliverCommand.Create(setup),
            ChangeCommands.Repair(setup),
            ChangeCommands.Cancel(setup),
            ChangeCommands.SendNow(setup),
            BodyCommand.Create(setup),
            BulkCommands.Create(setup),
            AppCommands.Pause(setup),
            AppCommands.Resume(setup),
            AppCommands.Maintain(setup),
            QuarantineCommands.Create(setup),
            HostCommands.Audit(setup),
            WatchCommand.Create(setup),
            HostCommands.Health(setup),
            KeysCommands.Create(setup),
            VerifyCommand.Create(setup),
            CompletionCommand.Create(setup),
        };
        root.SetAction(parse => new HelpAction().Invoke(parse));
        return root;
    }

    private static List<string> Problems(ParseResult parse, IReadOnlyList<string> args)
    {
        // A misspelt option must not be taken for a payment's id; an id that begins so comes after "--".
        var options = parse.CommandResult.Tokens.Select(token => token.Value).Where(token => token.StartsWith("--", StringComparison.Ordinal) && !args.Contains("--")).ToList();
        var command = parse.CommandResult.Command;
        List<string> known = [.. command.Subcommands.Select(below => below.Name), .. command.Options.Concat(parse.RootCommandResult.Command.Options).Select(option => option.Name)];
        return
        [
            .. parse.Errors.Select(error => error.Message).Concat(options.Select(option => $"Unrecognized option '{option}'.")).Distinct(),
            .. parse.UnmatchedTokens.Concat(options).Select(token => Similar.To(token, known)).OfType<string>().Distinct().Select(name => $"Did you mean {name}?"),
        ];
    }

    private static List<string> Path(ParseResult parse)
    {
        List<string> names = [];
        for (var at = parse.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, at.Command is RootCommand ? "notify" : at.Command.Name);
        }

        return names;
    }
}
