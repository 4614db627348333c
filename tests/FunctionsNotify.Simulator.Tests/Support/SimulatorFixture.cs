namespace FunctionsNotify.Simulator.Tests;

/// <summary>One simulator for a class of tests; each test uses payments of its own.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    public SimulatorServer Server { get; private set; } = null!;

    internal Acquirer Acquirer { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder });
        Acquirer = new Acquirer(Server);
    }

    public async Task DisposeAsync()
    {
        Acquirer.Dispose();
        await Server.DisposeAsync();
    }

    internal static string NewPaymentId() => $"p-{Guid.NewGuid():N}";
}
