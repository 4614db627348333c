using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Everything that runs by a clock, in one function: each timer function would be scaled, and kept alive, by itself. Every
// minute it drains the poison queue, sweeps and observes; hourly it looks for stuck deliveries, at night it purges.
internal sealed class MaintainFunction(Upkeep upkeep, TimeProvider time)
{
    public const string Name = "Maintain";

    public const string Schedule = "0 * * * * *";

    public const int SearchMinute = 7;
    public const int PurgeMinute = 33;
    public const int LastPurgeHour = 5;

    // A part of every minute ends before the next; the rare ones may take their time.
    private static readonly TimeSpan _minutely = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan _rare = TimeSpan.FromMinutes(10);

    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<string> parts = [.. Upkeep.EveryMinute];
        if (now.Minute == SearchMinute)
        {
            parts.Add(TelemetryNames.Runs.FindStuck);
        }

        if (now.Minute == PurgeMinute && now.Hour <= LastPurgeHour)
        {
            parts.Add(TelemetryNames.Runs.Purge);
        }

        return upkeep.RunAsync(client, parts, part => Upkeep.EveryMinute.Contains(part) ? _minutely : _rare, cancellationToken);
    }
}
