using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// When Alipay+ last acknowledged a payment: what goes well shows too, and costs no write per payment. Each instance
// writes it every few seconds at most; nobody waits for it, and a write that fails is made good by the next.
internal sealed class LastAcknowledged(NotifyTable table, TimeProvider time, ILogger<LastAcknowledged> logger)
{
    public static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(10);

    private const string Partition = "sending";
    private const string Row = "acknowledged";
    private const int Version = 1;
    private const string At = "At";

    private readonly long _start = time.GetTimestamp();
    private long _nextTicks;

    public void Note()
    {
        var elapsed = time.GetElapsedTime(_start).Ticks;
        var next = Volatile.Read(ref _nextTicks);
        if (elapsed >= next && Interlocked.CompareExchange(ref _nextTicks, elapsed + WriteEvery.Ticks, next) == next)
        {
            _ = Task.Run(WriteAsync);
        }
    }

    public async Task<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken)
    {
        var row = await table.Rows.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken).ConfigureAwait(false);
        return row.HasValue ? row.Value!.Time(At) : null;
    }

    private async Task WriteAsync()
    {
        try
        {
            var row = new TableEntity(Partition, Row) { [RowProperties.SchemaVersion] = Version, [At] = RowProperties.Format(time.GetUtcNow()) };
            await table.Rows.UpsertEntityAsync(row, TableUpdateMode.Replace).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the fault: the payment was acknowledged.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.AcknowledgementNotNoted(logger, fault);
        }
    }
}
