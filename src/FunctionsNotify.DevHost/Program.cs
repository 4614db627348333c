using System.Runtime.InteropServices;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.DevHost;

// Durable's extension takes a process that has it for a consumption plan's, and floods the console.
Environment.SetEnvironmentVariable("CONTAINER_NAME", null);

using var stop = new CancellationTokenSource();

// The second signal ends the process at once; what it started ends with it.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var isDemo = false;
try
{
    var line = CommandLine.Read(args);
    isDemo = line.Command == "demo";
    switch (line.Command)
    {
        case "help":
            Console.WriteLine(CommandLine.Help);
            return 0;
        case "demo":
            return await DemoCommand.RunAsync(line, stop.Token).ConfigureAwait(false) ? 0 : DevHostException.Failed;
        case "services":
            await RunCommand.ServicesAsync(line, stop.Token).ConfigureAwait(false);
            return 0;
        default:
            await RunCommand.RunAsync(line, stop.Token).ConfigureAwait(false);
            return 0;
    }
}
catch (DevHostException exception)
{
    foreach (var line in exception.Lines)
    {
        Console.Error.WriteLine(line);
    }

    return exception.ExitCode;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return isDemo ? DevHostException.Failed : 0;
}
catch (Exception exception) when (exception is AzuriteException or IOException or UnauthorizedAccessException or InvalidDataException or KeyFormatException)
{
    Console.Error.WriteLine(exception.Message.ReplaceLineEndings(" "));
    return DevHostException.Failed;
}
