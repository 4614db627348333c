using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>Looks at queues, quarantine, open deliveries and the key's end every minute, as the function app's timer does.</summary>
internal sealed class ObserveLoop(
    Observer observer, ObservationTelemetry gauges, MaintenanceTelemetry runs, TimeProvider time, ILogger<ObserveLoop> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly FaultLog _faults = new(time);
    private Task _work = Task.CompletedTask;

    /// <summary>Begins, with a look at once.</summary>
    public void Start() => _work = Task.Run(WorkAsync);

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                gauges.Record(await runs.ObserveAsync(() => observer.ObserveAsync(_stop.Token)).ConfigureAwait(false));
                _faults.Recovered();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever the fault, payments go on and the next look is made.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (_faults.ShouldTell(out var more))
                {
                    ObserveLogs.NotObserved(logger, more, Faults.Brief(exception));
                }
            }

            await Task.Delay(Pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
