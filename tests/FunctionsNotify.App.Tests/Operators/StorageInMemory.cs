using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>A table in memory under the SDK's own client: ETags, and the filters that the app writes. Every call passes a gate that may refuse it before or after its effect.</summary>
internal sealed partial class TableInMemory(Action<string, bool> gate) : TableClient
{
    /// <summary>The app's table over one in memory that never fails.</summary>
    public static NotifyTable New() => Of(new TableInMemory((_, _) => { }));

    public static NotifyTable Of(TableInMemory table) => new(table, table);

    /// <summary>What a query waits for before it answers.</summary>
    public Func<string, Task> AtQuery { get; set; } = _ => Task.CompletedTask;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, TableEntity> _rows = new(StringComparer.Ordinal);
    private long _version;

    public IReadOnlyList<TableEntity> Rows
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows.Values];
            }
        }
    }

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        CallAsync<NullableResponse<T>>($"read {partitionKey}", () => Find(partitionKey, rowKey) is { } row ? Response.FromValue((T)(object)Copy(row), null!) : new None<T>(), cancellationToken);

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) => WriteAsync(
        "add", entity, standing => standing is null ? Of(entity) : throw new RequestFailedException(409, "exists", TableErrorCode.EntityAlreadyExists.ToString(), null), cancellationToken);

    public override Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        WriteAsync("upsert", entity, standing => Merged(standing, entity, mode), cancellationToken);

    public override Task<Response> UpdateEntityAsync<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        WriteAsync("update", entity, standing => standing is null
            ? throw new RequestFailedException(404, "gone", TableErrorCode.ResourceNotFound.ToString(), null)
            : standing.ETag != ifMatch ? throw new RequestFailedException(412, "changed", "UpdateConditionNotSatisfied", null) : Merged(standing, entity, mode), cancellationToken);

    public override Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        var actions = transactionActions.ToList();
        return CallAsync<Response<IReadOnlyList<Response>>>($"{(actions.TrueForAll(action => action.ActionType == TableTransactionActionType.Delete) ? "delete" : "write")} {actions[0].Entity.PartitionKey}", () =>
        {
            // All are judged before the first takes effect; none is about the same row as another.
            foreach (var action in actions)
            {
                var standing = Find(action.Entity.PartitionKey, action.Entity.RowKey);
                if (action.ActionType == TableTransactionActionType.Add ? standing is not null
                    : action.ActionType != TableTransactionActionType.UpsertReplace && (standing is null || (action.ETag != ETag.All && action.ETag != standing.ETag)))
                {
                    throw standing is null ? new RequestFailedException(404, "gone", TableErrorCode.ResourceNotFound.ToString(), null)
                        : action.ActionType == TableTransactionActionType.Add ? new RequestFailedException(409, "exists", TableErrorCode.EntityAlreadyExists.ToString(), null)
                        : new RequestFailedException(412, "changed", "UpdateConditionNotSatisfied", null);
                }
            }

            foreach (var action in actions)
            {
                if (action.ActionType == TableTransactionActionType.Delete)
                {
                    _rows.Remove(KeyOf(action.Entity.PartitionKey, action.Entity.RowKey));
                }
                else
                {
                    Put(Of(action.Entity));
                }
            }

            return Response.FromValue<IReadOnlyList<Response>>([], null!);
        }, cancellationToken);
    }

    public override Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        CallAsync<Response>($"delete {partitionKey}", () =>
        {
            _rows.Remove(KeyOf(partitionKey, rowKey));
            return null!;
        }, cancellationToken);

    public override AsyncPageable<T> QueryAsync<T>(string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        new Found<T>(async () =>
        {
            await AtQuery(filter!);
            lock (_lock)
            {
                return [.. _rows.Values.Where(row => Fits(row, filter!)).Select(row => (T)(object)Copy(row))];
            }
        });

    private Task<Response> WriteAsync<T>(string what, T entity, Func<TableEntity?, TableEntity> change, CancellationToken cancellationToken)
        where T : ITableEntity => CallAsync<Response>($"{what} {entity.PartitionKey}", () =>
        {
            Put(change(Find(entity.PartitionKey, entity.RowKey)));
            return null!;
        }, cancellationToken);

    private void Put(TableEntity row)
    {
        row.ETag = new ETag($"\"{++_version}\"");
        _rows[KeyOf(row.PartitionKey, row.RowKey)] = row;
    }

    private async Task<T> CallAsync<T>(string what, Func<T> effect, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        gate(what, false);
        T value;
        lock (_lock)
        {
            value = effect();
        }

        gate(what, true);
        return value;
    }

    private TableEntity? Find(string partitionKey, string rowKey) => _rows.GetValueOrDefault(KeyOf(partitionKey, rowKey));

    private static string KeyOf(string partitionKey, string rowKey) => $"{partitionKey}\0{rowKey}";

    private static TableEntity Of(object entity) => new((TableEntity)entity);

    private static TableEntity Copy(TableEntity row) => new(row) { ETag = row.ETag };

    private static TableEntity Merged(TableEntity? standing, object entity, TableUpdateMode mode)
    {
        var merged = Of(entity);
        foreach (var (name, value) in mode == TableUpdateMode.Merge && standing is not null ? standing : [])
        {
            merged.TryAdd(name, value);
        }

        return merged;
    }

    // Filters as the app writes them: comparisons of a property with a text, joined by and, or and parentheses.
    private static bool Fits(TableEntity row, string filter)
    {
        var tokens = new Queue<string>(Token().Matches(filter).Select(match => match.Value));
        return Any();

        bool Any()
        {
            var holds = All();
            while (tokens.TryPeek(out var next) && next == "or")
            {
                tokens.Dequeue();
                holds |= All();
            }

            return holds;
        }

        bool All()
        {
            var holds = One();
            while (tokens.TryPeek(out var next) && next == "and")
            {
                tokens.Dequeue();
                holds &= One();
            }

            return holds;
        }

        bool One()
        {
            if (tokens.Peek() != "(")
            {
                return Compare(row, tokens.Dequeue(), tokens.Dequeue(), tokens.Dequeue());
            }

            tokens.Dequeue();
            var holds = Any();
            tokens.Dequeue();
            return holds;
        }
    }

    private static bool Compare(TableEntity row, string property, string by, string text)
    {
        if (!row.TryGetValue(property, out var value) || value is null)
        {
            return false;
        }

        var order = string.CompareOrdinal(value.ToString(), text[1..^1].Replace("''", "'", StringComparison.Ordinal));
        return by switch
        {
            "eq" => order == 0,
            "ne" => order != 0,
            "gt" => order > 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            _ => order <= 0,
        };
    }

    [GeneratedRegex("\\(|\\)|'(?:[^']|'')*'|\\w+")]
    private static partial Regex Token();

    private sealed class Found<T>(Func<Task<IReadOnlyList<T>>> find) : AsyncPageable<T>
        where T : notnull
    {
        public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            yield return Page<T>.FromValues(await find(), null, null!);
        }
    }

    private sealed class None<T> : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T? Value => default;

        public override Response GetRawResponse() => throw new NotSupportedException();
    }
}

/// <summary>A container in memory under the SDK's own client, for what is read and written by name under conditions.</summary>
internal sealed class BlobsInMemory(Func<string, Task> gate) : BlobContainerClient
{
    private readonly Func<string, Task> _gate = gate;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (BinaryData Content, ETag Tag)> _blobs = [];
    private int _version;

    public override BlobClient GetBlobClient(string blobName) => new Blob(this, blobName);

    /// <summary>How many records of a day wait, by state.</summary>
    public (int Invalid, int Conflict) Waiting { get; set; }

    public override AsyncPageable<BlobItem> GetBlobsAsync(GetBlobsOptions options, CancellationToken cancellationToken = default) => AsyncPageable<BlobItem>.FromPages([Page<BlobItem>.FromValues(
        [.. Items(MessageState.Invalid, Waiting.Invalid), .. Items(MessageState.Conflict, Waiting.Conflict)], null, null!)]);

    public override AsyncPageable<BlobHierarchyItem> GetBlobsByHierarchyAsync(GetBlobsByHierarchyOptions options, CancellationToken cancellationToken = default) =>
        AsyncPageable<BlobHierarchyItem>.FromPages(Waiting == default ? [] : [Page<BlobHierarchyItem>.FromValues([BlobsModelFactory.BlobHierarchyItem("20260301/", null)], null, null!)]);

    private static IEnumerable<BlobItem> Items(MessageState state, int count) => Enumerable.Range(0, count).Select(number => BlobsModelFactory.BlobItem(
        $"20260301/{number}", metadata: new Dictionary<string, string> { ["state"] = state.ToString(), ["status"] = nameof(QuarantineStatus.Waiting) }));

    private sealed class Blob(BlobsInMemory blobs, string name) : BlobClient
    {
        public override async Task<Response<BlobDownloadResult>> DownloadContentAsync(CancellationToken cancellationToken)
        {
            Response<BlobDownloadResult> found;
            lock (blobs._lock)
            {
                found = blobs._blobs.TryGetValue(name, out var blob)
                    ? Response.FromValue(BlobsModelFactory.BlobDownloadResult(blob.Content, BlobsModelFactory.BlobDownloadDetails(eTag: blob.Tag)), null!)
                    : throw new RequestFailedException(404, "none", BlobErrorCode.BlobNotFound.ToString(), null);
            }

            await blobs._gate("read");
            return found;
        }

        public override Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default)
        {
            lock (blobs._lock)
            {
                return Task.FromResult(Response.FromValue(blobs._blobs.ContainsKey(name), null!));
            }
        }

        public override Task<Response<bool>> DeleteIfExistsAsync(DeleteSnapshotsOption snapshotsOption = default, BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default)
        {
            lock (blobs._lock)
            {
                return Task.FromResult(Response.FromValue(blobs._blobs.Remove(name), null!));
            }
        }

        public override async Task<Response<BlobContentInfo>> UploadAsync(BinaryData content, BlobUploadOptions options, CancellationToken cancellationToken = default)
        {
            await blobs._gate("write");
            lock (blobs._lock)
            {
                var standing = blobs._blobs.TryGetValue(name, out var blob) ? blob.Tag : (ETag?)null;
                if (options.Conditions?.IfMatch is { } match && match != standing)
                {
                    throw new RequestFailedException(412, "changed", BlobErrorCode.ConditionNotMet.ToString(), null);
                }

                var tag = new ETag($"\"{++blobs._version}\"");
                blobs._blobs[name] = (content, tag);
                return Response.FromValue(BlobsModelFactory.BlobContentInfo(tag, default, null, null, 0), null!);
            }
        }
    }
}
