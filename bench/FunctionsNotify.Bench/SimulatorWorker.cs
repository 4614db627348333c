using FunctionsNotify.Simulator;

namespace FunctionsNotify.Bench;

/// <summary>
/// The simulator in a process of its own. Its first word on standard output is its address; it ends with its standard
/// input, so that it ends also when the benchmark is killed.
/// </summary>
internal static class SimulatorWorker
{
    public const string Argument = "simulator";

    public static async Task<int> RunAsync(string keys)
    {
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = keys });
        Console.WriteLine(server.BaseAddress.AbsoluteUri);
        while (await Console.In.ReadLineAsync() is not null)
        {
            // No word means anything to it; only the end does.
        }

        return 0;
    }
}
