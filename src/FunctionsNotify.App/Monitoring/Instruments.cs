using Microsoft.Extensions.Hosting;

namespace FunctionsNotify.App;

internal sealed class Instruments : IHostedService
{
#pragma warning disable IDE0060 // Asked for, so that the container makes them.
    public Instruments(BreakerTelemetry breaker, ObservationTelemetry observation)
#pragma warning restore IDE0060
    {
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
