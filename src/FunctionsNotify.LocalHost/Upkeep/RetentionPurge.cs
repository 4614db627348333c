using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Removes what has ended for longer than its retention, at the start and once a day, in small transactions that leave
/// room for payments between them.
/// <para>There is no sweeper here: every open delivery is in the engine's memory with its timer, the claim and its
/// delivery are one transaction, and a restart takes all of them up again. Nothing can be overdue, half started or
/// broken without the whole process being so.</para>
/// </summary>
internal sealed class RetentionPurge : IAsyncDisposable
{
    /// <summary>How many rows one transaction takes.</summary>
    public const int Window = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromDays(1);

    private readonly StateWriter _writer;
    private readonly RetentionPolicy _retention;
    private readonly MaintenanceTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public RetentionPurge(StateWriter writer, RetentionPolicy retention, MaintenanceTelemetry telemetry, TimeProvider time, ILogger<RetentionPurge> logger)
    {
        _writer = writer;
        _retention = retention;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
    }

    /// <summary>Begins.</summary>
    public void Start() => _work = Task.Run(WorkAsync);

    /// <summary>Ends after the transaction in hand.</summary>
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

    /// <summary>One run.</summary>
    /// <returns>How many histories and claims were removed.</returns>
    public async Task<(int Histories, int Claims)> RunAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var (histories, claims) = (0, 0);
        for (var count = Window; count == Window && !cancellationToken.IsCancellationRequested; histories += count)
        {
            var change = _writer.Enqueue(new PurgeHistoryChange(now - _retention.History, Window));
            await change.Committed.ConfigureAwait(false);
            count = change.Count;
        }

        for (var count = Window; count == Window && !cancellationToken.IsCancellationRequested; claims += count)
        {
            var change = _writer.Enqueue(new PurgeClaimsChange(now - _retention.Claims, Window));
            await change.Committed.ConfigureAwait(false);
            count = change.Count;
        }

        return (histories, claims);
    }

    private async Task<PurgeReport> ReportAsync()
    {
        var (histories, claims) = await RunAsync(_stop.Token).ConfigureAwait(false);
        return new PurgeReport(histories, claims, Kept: 0, Faults: 0, IsComplete: !_stop.IsCancellationRequested);
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var report = await _telemetry.PurgeAsync(ReportAsync).ConfigureAwait(false);
                if (report.Histories + report.Claims > 0)
                {
                    RetentionLogs.Purged(_logger, report.Histories, report.Claims);
                }
            }
#pragma warning disable CA1031 // Whatever the fault, payments go on and the purge tries again tomorrow.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                RetentionLogs.NotPurged(_logger, Faults.Brief(exception));
            }

            await Task.Delay(Pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
