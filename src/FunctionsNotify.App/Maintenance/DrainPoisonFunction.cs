using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary>
/// Takes messages of the poison queue in again. A timer, not a queue trigger: a trigger on a poison queue has no poison
/// queue of its own and stops being called for a message that fails. <c>[decided]</c>
/// </summary>
public sealed class DrainPoisonFunction
{
    /// <summary>The function's name.</summary>
    public const string Name = "DrainPoison";

    /// <summary>Every minute, at its start. A constant: a setting named here would have to be present on every app.</summary>
    public const string Schedule = "0 * * * * *";

    private readonly PoisonDrain _drain;
    private readonly IntakeFactory _intake;
    private readonly MaintenanceTelemetry _telemetry;

    /// <summary>Makes the function.</summary>
    /// <param name="drain">The use case.</param>
    /// <param name="intake">Makes the intake for one call.</param>
    /// <param name="telemetry">Counts the run.</param>
    public DrainPoisonFunction(PoisonDrain drain, IntakeFactory intake, MaintenanceTelemetry telemetry)
    {
        _drain = drain;
        _intake = intake;
        _telemetry = telemetry;
    }

    /// <summary>Runs once, for a bounded time and a bounded number of messages.</summary>
    /// <param name="timer">The timer's schedule.</param>
    /// <param name="client">Starts orchestrations.</param>
    /// <param name="cancellationToken">The host stops; the messages come again.</param>
    [Function(Name)]
    public Task RunAsync([TimerTrigger(Schedule)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        _telemetry.DrainPoisonAsync(() => _drain.RunAsync(_intake.Over(client), cancellationToken));
}
