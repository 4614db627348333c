using FunctionsNotify.Deliveries;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

/// <summary>Writes a delivery's outcome. A fault throws, and the orchestrator's retry policy calls again without end.</summary>
public sealed class RecordOutcomeFunction
{
    /// <summary>The activity's name.</summary>
    public const string Name = "RecordOutcome";

    private readonly OutcomeRecorder _recorder;

    /// <summary>Makes the activity.</summary>
    /// <param name="recorder">The use case.</param>
    public RecordOutcomeFunction(OutcomeRecorder recorder) => _recorder = recorder;

    /// <summary>Writes the outcome.</summary>
    /// <param name="delivery">The delivery, final.</param>
    /// <param name="cancellationToken">The host stops; the activity runs again.</param>
    [Function(Name)]
    public Task RunAsync([ActivityTrigger] Delivery delivery, CancellationToken cancellationToken) => _recorder.RecordAsync(delivery, cancellationToken);
}
