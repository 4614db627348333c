using System.Runtime.InteropServices;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Simulator;

const int Failed = 1;
const int WrongArguments = 2;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

var commandLine = CommandLine.Parse(args, out var faults);
if (commandLine is null)
{
    foreach (var fault in faults)
    {
        Console.Error.WriteLine(fault);
    }

    return WrongArguments;
}

// Before the start, so that a signal during it is not lost.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    await using var server = await SimulatorServer.StartAsync(commandLine.Options, stop.Token);
    using var urlFile = commandLine.UrlFile is null ? null : new UrlFile(commandLine.UrlFile, server.BaseAddress);
    Console.WriteLine($"Simulator of Alipay+ at {server.BaseAddress} (development only). A host needs these settings:");
    foreach (var (name, value) in server.HostSettings)
    {
        Console.WriteLine($"{name}={value}");
    }

    try
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
    }
    catch (OperationCanceledException)
    {
        // A signal ends the wait.
    }

    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or KeyFormatException)
{
    Console.Error.WriteLine($"The simulator could not start: {fault.Message}");
    return Failed;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
