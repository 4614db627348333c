using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Writes a delivery's index row beside its wait. A row that cannot be written is counted, never thrown, and costs at
// most Limit: the index serves people, and no send may wait for it.
internal sealed class RecordProgressFunction
{
    public const string Name = "RecordProgress";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly IDeliveryIndex _index;
    private readonly ProgressTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<RecordProgressFunction> _logger;

    public RecordProgressFunction(IDeliveryIndex index, ProgressTelemetry telemetry, TimeProvider time, ILogger<RecordProgressFunction> logger)
    {
        _index = index;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
    }

    [Function(Name)]
    public async Task RunAsync([ActivityTrigger] DeliveryIndexRow row, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _index.UpsertAsync(row, either.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever kept the row from being written, the delivery goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _telemetry.Failed();
            Logs.ProgressNotRecorded(_logger, fault, row.PaymentId, row.DeliveryId, row.Sequence);
        }
    }
}
