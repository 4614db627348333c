using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

/// <summary>
/// Writes a delivery's index row beside its wait. A row that cannot be written is counted, never thrown, and costs at
/// most <see cref="Limit"/>: the index serves people, and no send may wait for it.
/// </summary>
public sealed class RecordProgressFunction
{
    /// <summary>The activity's name.</summary>
    public const string Name = "RecordProgress";

    /// <summary>The longest that a write may take. <c>[decided]</c></summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly IDeliveryIndex _index;
    private readonly ProgressTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<RecordProgressFunction> _logger;

    /// <summary>Makes the activity.</summary>
    /// <param name="index">Keeps the rows.</param>
    /// <param name="telemetry">Counts failures.</param>
    /// <param name="time">The clock of the limit.</param>
    /// <param name="logger">The log.</param>
    public RecordProgressFunction(IDeliveryIndex index, ProgressTelemetry telemetry, TimeProvider time, ILogger<RecordProgressFunction> logger)
    {
        _index = index;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
    }

    /// <summary>Writes the row.</summary>
    /// <param name="row">The row; one of a higher sequence number is never overwritten.</param>
    /// <param name="cancellationToken">The host stops.</param>
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
