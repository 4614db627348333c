using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

// Writes a delivery's outcome. A fault throws, and the orchestrator's retry policy calls again without end.
internal sealed class RecordOutcomeFunction
{
    public const string Name = "RecordOutcome";

    private readonly OutcomeRecorder _recorder;

    public RecordOutcomeFunction(OutcomeRecorder recorder) => _recorder = recorder;

    [Function(Name)]
    public Task RunAsync([ActivityTrigger] Delivery delivery, CancellationToken cancellationToken) => _recorder.RecordAsync(delivery, cancellationToken);
}
