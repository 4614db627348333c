using Microsoft.Extensions.Hosting;

namespace FunctionsNotify.Telemetry;

/// <summary>Has the gauges made when the host starts: nothing else asks for them.</summary>
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
