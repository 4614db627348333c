using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Takes messages of the poison queue in again. A timer, not a queue trigger: a trigger on a poison queue has no poison
// queue of its own and stops being called for a message that fails.
internal sealed class DrainPoisonFunction
{
    public const string Name = "DrainPoison";

    public const string Schedule = "0 * * * * *";

    private readonly PoisonDrain _drain;
    private readonly IntakeFactory _intake;
    private readonly MaintenanceTelemetry _telemetry;

    public DrainPoisonFunction(PoisonDrain drain, IntakeFactory intake, MaintenanceTelemetry telemetry)
    {
        _drain = drain;
        _intake = intake;
        _telemetry = telemetry;
    }

    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        _telemetry.DrainPoisonAsync(() => _drain.RunAsync(_intake.Over(client), cancellationToken));
}
