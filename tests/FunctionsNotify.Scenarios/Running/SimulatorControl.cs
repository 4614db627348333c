using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios;

public sealed class SimulatorControl(SimulatorServer server)
{
    public Task SetScriptAsync(string paymentId, Script script)
    {
        server.Scripts.Set(paymentId, script);
        return Task.CompletedTask;
    }

    public Task<ReceivedPage> GetRequestsAsync(string paymentId) => Task.FromResult(server.Received.Page(paymentId, 0, 1000));
}
