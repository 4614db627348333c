using Azure.Data.Tables;

namespace FunctionsNotify.App;

// The purge's place among the claims, in a row of the same table. One purge runs at a time, so the last write stands.
internal sealed class TablePurgeBookmark : IPurgeBookmark
{
    // Between the partitions of the index ("d-") and those of the claims ("np-"), a part of neither.
    private const string Key = "maintenance";
    private const string Row = "purge-claims";
    private const string Continuation = "Continuation";

    private readonly TableClient _table;

    public TablePurgeBookmark(TableClient table) => _table = table;

    public async Task<string?> GetAsync(CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(Key, Row, cancellationToken: cancellationToken).ConfigureAwait(false);
        return row.HasValue ? row.Value!.GetString(Continuation) : null;
    }

    public Task SetAsync(string? continuation, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Key, Row) { [RowProperties.SchemaVersion] = 1, [Continuation] = continuation }, TableUpdateMode.Replace, cancellationToken);
}
