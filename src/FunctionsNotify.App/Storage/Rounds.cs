using Azure.Data.Tables;

namespace FunctionsNotify.App;

// Where a look through everything goes on. What is too much for one run is looked through a slice at a time, in pages; the
// next round begins when the last one is over and is due. One run of Maintain at a time, so the last write stands.
internal sealed class Rounds(NotifyTable table, TimeProvider time)
{
    // A page that fails so often running cannot be read from that place: the round begins again.
    public const int MaxFailures = 10;

    // Between the partitions of the index ("d-") and those of the claims ("np-"), a part of neither.
    private const string Partition = "maintenance";
    private const string Continuation = "Continuation";
    private const string BegunAt = "BegunAt";
    private const string Failures = "Failures";

    // Looks at page after page until the slice's time is over. Null where no round is due, else whether the round is over.
    // A page gives the place of the next one; cut off, it is looked at again.
    public async Task<bool?> GoOnAsync(string round, TimeSpan every, TimeSpan slice, Func<string?, Task<string?>> page, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var place = await FindAsync(round, cancellationToken).ConfigureAwait(false);
        if (place.Continuation is null)
        {
            var now = time.GetUtcNow();
            if (now - place.BegunAt < every)
            {
                return null;
            }

            place = new Place(null, now, place.Failures);
        }

        do
        {
            place = place with { Continuation = await NextAsync(round, place, page, cancellationToken).ConfigureAwait(false), Failures = 0 };
            await PutAsync(round, place, cancellationToken).ConfigureAwait(false);
        }
        while (place.Continuation is not null && time.GetElapsedTime(started) < slice);

        return place.Continuation is null;
    }

    private async Task<string?> NextAsync(string round, Place place, Func<string?, Task<string?>> page, CancellationToken cancellationToken)
    {
        try
        {
            return await page(place.Continuation).ConfigureAwait(false);
        }
        catch (Exception fault) when (place.Continuation is not null && fault is not OperationCanceledException)
        {
            // The place may be of another version, or one that the store knows no more. While the store is away, it cannot be
            // counted either, and the place stays.
            await PutAsync(round, place.Failures + 1 < MaxFailures ? place with { Failures = place.Failures + 1 } : new Place(null, DateTimeOffset.MinValue, 0), cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Place> FindAsync(string round, CancellationToken cancellationToken)
    {
        var row = await table.Rows.GetEntityIfExistsAsync<TableEntity>(Partition, round, cancellationToken: cancellationToken).ConfigureAwait(false);
        return row.HasValue
            ? new Place(row.Value!.GetString(Continuation), row.Value!.Time(BegunAt), row.Value!.Number(Failures))
            : new Place(null, DateTimeOffset.MinValue, 0);
    }

    private async Task PutAsync(string round, Place place, CancellationToken cancellationToken) => await table.Rows.UpsertEntityAsync(
        new TableEntity(Partition, round)
        {
            [RowProperties.SchemaVersion] = 1,
            [Continuation] = place.Continuation,
            [BegunAt] = RowProperties.Format(place.BegunAt),
            [Failures] = place.Failures,
        },
        TableUpdateMode.Replace,
        cancellationToken).ConfigureAwait(false);

    private sealed record Place(string? Continuation, DateTimeOffset BegunAt, int Failures);
}
