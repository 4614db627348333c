using Azure.Data.Tables;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>The purge's place among the claims, in a row of the same table. One purge runs at a time, so the last write stands.</summary>
public sealed class TablePurgeBookmark : IPurgeBookmark
{
    // Between the partitions of the index ("d-") and those of the claims ("np-"), a part of neither.
    private const string Key = "maintenance";
    private const string Row = "purge-claims";
    private const string Continuation = "Continuation";

    private readonly TableClient _table;

    /// <summary>Keeps the place in a table that exists.</summary>
    /// <param name="table">The table.</param>
    public TablePurgeBookmark(TableClient table) => _table = table;

    /// <inheritdoc/>
    public async Task<string?> GetAsync(CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(Key, Row, cancellationToken: cancellationToken).ConfigureAwait(false);
        return row.HasValue ? row.Value!.GetString(Continuation) : null;
    }

    /// <inheritdoc/>
    public Task SetAsync(string? continuation, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Key, Row) { [RowProperties.SchemaVersion] = 1, [Continuation] = continuation }, TableUpdateMode.Replace, cancellationToken);
}
