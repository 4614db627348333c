using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Everything that runs by a clock, in one function: each timer function would be scaled, and kept alive, by itself. Every
// minute each part has its turn; the search for stuck deliveries and the purge go through what there is in slices.
internal sealed class MaintainFunction(Upkeep upkeep)
{
    public const string Name = "Maintain";

    public const string Schedule = "0 * * * * *";

    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        upkeep.RunAsync(client, Upkeep.Parts, cancellationToken);
}
