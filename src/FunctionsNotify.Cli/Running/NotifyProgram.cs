using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;

namespace FunctionsNotify.Cli;

/// <summary>The program: reads the command line, runs a command, and says how it ended.</summary>
internal static class NotifyProgram
{
    /// <summary>Runs in this process until done or interrupted.</summary>
    public static async Task<int> MainAsync(string[] args)
    {
        // The local host ends by signals of its own accord, in its own order.
        if (args is [LocalCommands.Local or LocalCommands.Demo, ..])
        {
            return await RunAsync(args, CliHost.OfProcess(), CancellationToken.None).ConfigureAwait(false);
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(args, CliHost.OfProcess(), stop.Token).ConfigureAwait(false);
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="host">The world around.</param>
    /// <param name="stop">Interrupts it.</param>
    /// <returns>The exit code, see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host, CancellationToken stop)
    {
        var options = new GlobalOptions();
        var parse = Root(new CommandSetup(host, options), options).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var output = new Output(host, parse.GetResult(options.Json) is { Implicit: false });
        try
        {
            if (parse.Errors.Count > 0 && parse.Action is not { ClearsParseErrors: true })
            {
                throw CliFault.Usage([.. parse.Errors.Select(error => error.Message).Distinct(), $"Help: {HelpFor(parse)}"]);
            }

            return await parse.InvokeAsync(
                new InvocationConfiguration { Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                stop).ConfigureAwait(false);
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
    }

    /// <summary>Every command.</summary>
    internal static RootCommand Root(CommandSetup cli, GlobalOptions options)
    {
        var root = new RootCommand("notify: find a payment's notification to Alipay+, understand it, deliver it again.");
        options.AddTo(root);
        root.Add(EnqueueCommand.Create(cli));
        root.Add(StatusCommand.Create(cli));
        root.Add(ListCommand.Create(cli));
        root.Add(RedeliverCommand.Create(cli));
        root.Add(RepairCommand.Create(cli));
        root.Add(DeliveryCommands.Cancel(cli));
        root.Add(DeliveryCommands.SendNow(cli));
        root.Add(QuarantineCommands.Create(cli));
        root.Add(AuditCommand.Create(cli));
        root.Add(WatchCommand.Create(cli));
        root.Add(HealthCommand.Create(cli));
        root.Add(KeysCommands.Create(cli));
        root.Add(VerifyCommands.Create(cli));
        root.Add(LocalCommands.CreateLocal(cli));
        root.Add(LocalCommands.CreateDemo(cli));
        root.SetAction(parse => new HelpAction().Invoke(parse));
        return root;
    }

    private static string HelpFor(ParseResult parse)
    {
        List<string> names = [];
        for (SymbolWalk? at = new(parse.CommandResult); at is not null; at = at.Parent)
        {
            names.Insert(0, at.Name);
        }

        return $"{string.Join(' ', names)} --help";
    }

    private sealed record SymbolWalk(System.CommandLine.Parsing.CommandResult Result)
    {
        public string Name => Result.Command is RootCommand ? "notify" : Result.Command.Name;

        public SymbolWalk? Parent => Result.Parent is System.CommandLine.Parsing.CommandResult parent ? new SymbolWalk(parent) : null;
    }
}
