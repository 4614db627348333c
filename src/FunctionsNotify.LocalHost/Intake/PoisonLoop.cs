using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.LocalHost;

/// <summary>Drains the poison queue every <see cref="PoisonDrainOptions.Interval"/>, as the function app's timer does every minute.</summary>
internal sealed class PoisonLoop(
    PoisonDrain drain, NotificationIntake intake, IOptions<PoisonDrainOptions> options, MaintenanceTelemetry telemetry, TimeProvider time, ILogger<PoisonLoop> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly FaultLog _faults = new(time);
    private Task _work = Task.CompletedTask;

    public void Start() => _work = Task.Run(WorkAsync);

    /// <summary>Begins no run any more. A message that a run leaves off stays in the poison queue.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.WaitAsync(grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await telemetry.DrainPoisonAsync(() => drain.RunAsync(intake, _stop.Token)).ConfigureAwait(false);
                _faults.Recovered();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever the fault, the messages stay and the next run tries them.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (_faults.ShouldTell(out var more))
                {
                    PoisonLogs.NotDrained(logger, more, Faults.Brief(exception));
                }
            }

            await Task.Delay(options.Value.Interval, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
