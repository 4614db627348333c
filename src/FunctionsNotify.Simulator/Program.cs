using System.Runtime.InteropServices;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Simulator;

const string usage =
    """
    Usage: FunctionsNotify.Simulator [--port N] [--keys DIR] [--client-id ID]
      --port N        port on the loopback address; 0, the default, takes a free one
      --keys DIR      folder of the development keys, made when missing (default: .local/simulator-keys)
      --client-id ID  the client id that is known
    """;

var options = new SimulatorOptions { KeysDirectory = ".local/simulator-keys" };
for (var index = 0; index < args.Length; index += 2)
{
    var value = index + 1 < args.Length ? args[index + 1] : null;
    var next = (args[index], value) switch
    {
        ("--port", _) when ushort.TryParse(value, out var port) => options with { Port = port },
        ("--keys", { Length: > 0 }) => options with { KeysDirectory = value },
        ("--client-id", { Length: > 0 }) => options with { ClientId = value },
        _ => null,
    };
    if (next is null)
    {
        Console.Error.WriteLine($"{args[index]}: is no argument, or its value is missing or wrong\n{usage}");
        return 2;
    }

    options = next;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await using var server = await SimulatorServer.StartAsync(options, stop.Token);
    Console.WriteLine($"Simulator of Alipay+ at {server.BaseAddress} (development only). A host needs these settings:");
    foreach (var (name, value) in server.HostSettings)
    {
        Console.WriteLine($"{name}={value}");
    }

    await Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or KeyFormatException)
{
    Console.Error.WriteLine($"The simulator could not start: {fault.Message}");
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
