using System.Globalization;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues.Models;

namespace FunctionsNotify.Simulation.Storage;

// The account in memory answers as Azurite does: the same calls by the SDK's own clients, and what came of each, compared.
public sealed class ConformanceTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string[] _some = ["RowKey", "Text", "Number"];

    [Fact]
    public Task Table_EveryCallOfTheApp_AnswersAsAzurite() => CompareAsync(async (clients, name, tell) =>
    {
        var table = clients.Table(name);
        await tell("insert without a table", async () => (await table.AddEntityAsync(Row("p", "a", 1))).Status);
        await tell("create", async () => (await table.CreateIfNotExistsAsync()).GetRawResponse().Status);
        await tell("create again", async () => (await table.CreateIfNotExistsAsync())?.Value.Name is not null);
        await tell("insert", async () => (await table.AddEntityAsync(Row("p", "a", 1))).Status);
        await tell("insert again", async () => (await table.AddEntityAsync(Row("p", "a", 1))).Status);
        await tell("get", async () => Text(await table.GetEntityAsync<TableEntity>("p", "a")));
        await tell("get some", async () => Text(await table.GetEntityAsync<TableEntity>("p", "a", _some)));
        await tell("get what is not there", async () => (await table.GetEntityIfExistsAsync<TableEntity>("p", "z")).HasValue);
        await tell("get what is not there, strictly", async () => Text(await table.GetEntityAsync<TableEntity>("p", "z")));
        var etag = (await table.GetEntityAsync<TableEntity>("p", "a")).Value.ETag;
        await tell("merge", async () => (await table.UpdateEntityAsync(new TableEntity("p", "a") { ["Number"] = 2, ["More"] = "é'\"" }, etag, TableUpdateMode.Merge)).Status);
        await tell("merge under the old ETag", async () => (await table.UpdateEntityAsync(new TableEntity("p", "a") { ["Number"] = 3 }, etag, TableUpdateMode.Merge)).Status);
        await tell("merged", async () => Text(await table.GetEntityAsync<TableEntity>("p", "a")));
        etag = (await table.GetEntityAsync<TableEntity>("p", "a", ["RowKey"])).Value.ETag;
        await tell("merge of another type", async () => (await table.UpdateEntityAsync(new TableEntity("p", "a") { ["Long"] = "now a text" }, etag, TableUpdateMode.Merge)).Status);
        await tell("merged again", async () => Text(await table.GetEntityAsync<TableEntity>("p", "a")));
        await tell("replace", async () => (await table.UpdateEntityAsync(Row("p", "a", 4), ETag.All, TableUpdateMode.Replace)).Status);
        await tell("replaced", async () => Text(await table.GetEntityAsync<TableEntity>("p", "a")));
        await tell("replace what is not there", async () => (await table.UpdateEntityAsync(Row("p", "z", 4), ETag.All, TableUpdateMode.Replace)).Status);
        await tell("upsert", async () => (await table.UpsertEntityAsync(Row("p", "b'c", 5), TableUpdateMode.Replace)).Status);
        await tell("quoted key", async () => Text(await table.GetEntityAsync<TableEntity>("p", "b'c")));
        for (var row = 0; row < 7; row++)
        {
            await table.AddEntityAsync(Row("q", row.ToString(CultureInfo.InvariantCulture), row));
        }

        foreach (var filter in new[]
        {
            TableClient.CreateQueryFilter($"PartitionKey eq {"q"}"),
            TableClient.CreateQueryFilter($"PartitionKey ge {"p"} and PartitionKey lt {"q"} and Text ne {"text 4"}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {"q"} and ((Text eq {"text 1"}) or (Number gt {4} and RowKey lt {"6"}))"),
            TableClient.CreateQueryFilter($"PartitionKey eq {"q"} and not (Text le {"text 4"})"),
            TableClient.CreateQueryFilter($"Missing eq {"x"}"),
        })
        {
            await tell(filter, async () => string.Join(" | ", await ListAsync(table.QueryAsync<TableEntity>(filter, 3, _some))));
        }

        string? continuation = null;
        await tell("first page", async () =>
        {
            await foreach (var page in table.QueryAsync<TableEntity>("PartitionKey eq 'q'", 3, _some).AsPages())
            {
                continuation = page.ContinuationToken;
                return string.Join(" | ", page.Values.Select(Text));
            }

            return "none";
        });
        await tell("the page after it", async () =>
        {
            await foreach (var page in table.QueryAsync<TableEntity>("PartitionKey eq 'q'", 3, _some).AsPages(continuation))
            {
                return string.Join(" | ", page.Values.Select(Text));
            }

            return "none";
        });
        etag = (await table.GetEntityAsync<TableEntity>("q", "1")).Value.ETag;
        await table.UpsertEntityAsync(Row("q", "1", 8), TableUpdateMode.Merge);
        await tell("delete under the old ETag", async () => (await table.DeleteEntityAsync("q", "1", etag)).Status);
        await tell("delete", async () => (await table.DeleteEntityAsync("q", "1", ETag.All)).Status);
        await tell("delete again", async () => (await table.DeleteEntityAsync("q", "1", ETag.All)).Status);

        etag = (await table.GetEntityAsync<TableEntity>("q", "2")).Value.ETag;
        TableTransactionAction upsert = new(TableTransactionActionType.UpsertReplace, Row("q", "o-2", 9)), delete = new(TableTransactionActionType.Delete, new TableEntity("q", "o-2"), ETag.All);
        foreach (var (what, actions) in new (string, TableTransactionAction[])[]
        {
            ("add and upsert", [new(TableTransactionActionType.Add, Row("q", "n'ew", 1)), upsert]),
            ("add what is there, and upsert", [new(TableTransactionActionType.Add, Row("q", "2", 1)), new(TableTransactionActionType.UpsertReplace, Row("q", "o-2", 10))]),
            ("replace under the ETag, and delete", [new(TableTransactionActionType.UpdateReplace, Row("q", "2", 2), etag), delete]),
            ("replace under the old ETag, and upsert", [new(TableTransactionActionType.UpdateReplace, Row("q", "2", 3), etag), upsert]),
            ("upsert, and delete what is not there", [new(TableTransactionActionType.UpsertReplace, Row("q", "2", 4)), delete]),
            ("one alone", [new(TableTransactionActionType.Add, Row("q", "alone", 5))]),
        })
        {
            await tell(what, async () => (await table.SubmitTransactionAsync(actions)).Value.Count);
            await tell($"after: {what}", async () => string.Join(" | ", await ListAsync(table.QueryAsync<TableEntity>("PartitionKey eq 'q'"))));
        }
    });

    [Fact]
    public Task Queue_EveryCallOfTheApp_AnswersAsAzurite() => CompareAsync(async (clients, name, tell) =>
    {
        var queue = clients.Queues.GetQueueClient(name);
        await tell("receive without a queue", async () => (await queue.ReceiveMessagesAsync(1)).Value.Length);
        await tell("properties without a queue", async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        await tell("create", async () => (await queue.CreateIfNotExistsAsync())?.Status);
        await tell("create again", async () => (await queue.CreateIfNotExistsAsync())?.Status);
        await tell("send", async () => Text((await queue.SendMessageAsync("one <&> é \n two", null, TimeSpan.FromSeconds(-1))).Value));
        await tell("send with a default life", async () => Text((await queue.SendMessageAsync("ends")).Value));
        await tell("peek", async () => (await queue.PeekMessageAsync()).Value?.Body.ToString());
        await tell("count", async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        QueueMessage[] taken = [];
        await tell("receive", async () =>
        {
            taken = (await queue.ReceiveMessagesAsync(16, TimeSpan.FromMinutes(5))).Value;
            return string.Join(" | ", taken.Select(message => $"{message.Body} {message.DequeueCount} {message.ExpiresOn?.Year == 9999}"));
        });
        await tell("receive what is taken", async () => (await queue.ReceiveMessagesAsync(16)).Value.Length);
        await tell("peek at what is taken", async () => (await queue.PeekMessageAsync()).Value?.Body.ToString());
        await tell("put back", async () => (await queue.UpdateMessageAsync(taken[0].MessageId, taken[0].PopReceipt, (string?)null, TimeSpan.Zero)).GetRawResponse().Status);
        await tell("delete by an old receipt", async () => (await queue.DeleteMessageAsync(taken[0].MessageId, taken[0].PopReceipt)).Status);
        await tell("receive again", async () => string.Join(" | ", (await queue.ReceiveMessagesAsync(16, TimeSpan.FromMinutes(5))).Value.Select(message => $"{message.Body} {message.DequeueCount}")));
        await tell("delete", async () => (await queue.DeleteMessageAsync(taken[1].MessageId, taken[1].PopReceipt)).Status);
        await tell("delete again", async () => (await queue.DeleteMessageAsync(taken[1].MessageId, taken[1].PopReceipt)).Status);
    });

    [Fact]
    public Task Blob_EveryCallOfTheApp_AnswersAsAzurite() => CompareAsync(async (clients, name, tell) =>
    {
        var container = clients.Container(name);
        await tell("get without a container", async () => (await container.GetBlobClient("a").DownloadContentAsync()).Value.Content.ToString());
        await tell("create", async () => (await container.CreateIfNotExistsAsync())?.GetRawResponse().Status);
        await tell("create again", async () => (await container.CreateIfNotExistsAsync())?.GetRawResponse().Status);
        await tell("get what is not there", async () => (await container.GetBlobClient("a").DownloadContentAsync()).Value.Content.ToString());
        var etag = default(ETag);
        await tell("put", async () =>
        {
            var written = await PutAsync(new BlobRequestConditions { IfNoneMatch = ETag.All }, "one");
            etag = written.Value.ETag;
            return written.GetRawResponse().Status;
        });
        await tell("put where one is", async () => (await PutAsync(new BlobRequestConditions { IfNoneMatch = ETag.All }, "two")).GetRawResponse().Status);
        await tell("put under the ETag", async () => (await PutAsync(new BlobRequestConditions { IfMatch = etag }, "three")).GetRawResponse().Status);
        await tell("put under an ETag where none is", async () => (await container.GetBlobClient("z").UploadAsync(BinaryData.FromString("x"), new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = etag } })).GetRawResponse().Status);
        await tell("exists", async () => $"{(await container.GetBlobClient("20260301/a.json").ExistsAsync()).Value} {(await container.GetBlobClient("z").ExistsAsync()).Value}");
        await tell("put under the old ETag", async () => (await PutAsync(new BlobRequestConditions { IfMatch = etag }, "four")).GetRawResponse().Status);
        await tell("get", async () => (await container.GetBlobClient("20260301/a.json").DownloadContentAsync()).Value is { } found
            ? $"{found.Content} {found.Details.ContentType} {string.Join(',', found.Details.Metadata)} {found.Details.ETag == etag}"
            : "nothing");
        foreach (var other in new[] { "20260301/b.json", "20260302/c.json", "20260302/d.json" })
        {
            await container.GetBlobClient(other).UploadAsync(BinaryData.FromString("x"));
        }

        await tell("list", async () => string.Join(" | ", (await ListAsync(container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = "20260301/" }))).Select(blob => $"{blob.Name} {string.Join(',', blob.Metadata)}")));
        await tell("list by folder", async () => string.Join(" | ", (await ListAsync(container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }))).Select(item => item.IsPrefix ? item.Prefix : item.Blob.Name)));
        await tell("list in pages", async () =>
        {
            var pages = new List<string>();
            await foreach (var page in container.GetBlobsAsync(new GetBlobsOptions()).AsPages(null, 3))
            {
                pages.Add(string.Join(',', page.Values.Select(blob => blob.Name)));
            }

            return string.Join(" | ", pages);
        });
        await tell("delete", async () => (await container.GetBlobClient("20260301/a.json").DeleteIfExistsAsync()).Value);
        await tell("delete again", async () => (await container.GetBlobClient("20260301/a.json").DeleteIfExistsAsync()).Value);

        Task<Response<BlobContentInfo>> PutAsync(BlobRequestConditions conditions, string text) => container.GetBlobClient("20260301/a.json").UploadAsync(
            BinaryData.FromString(text),
            new BlobUploadOptions { Conditions = conditions, HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" }, Metadata = new Dictionary<string, string> { ["state"] = text } });
    });

    private static TableEntity Row(string partition, string key, int number) => new(partition, key)
    {
        ["Text"] = $"text {number}",
        ["Number"] = number,
        ["Long"] = (long)number,
        ["Bytes"] = Encoding.UTF8.GetBytes($"bytes {number}"),
        ["Nothing"] = null,
    };

    private static string Text(TableEntity row) => string.Join(", ", row
        .Where(property => property.Key is not ("odata.etag" or "Timestamp"))
        .OrderBy(property => property.Key, StringComparer.Ordinal)
        .Select(property => $"{property.Key}={(property.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : property.Value)}:{property.Value?.GetType().Name}"));

    private static string Text(Response<TableEntity> row) => Text(row.Value);

    private static string Text(SendReceipt receipt) => $"{receipt.MessageId.Length} {receipt.ExpirationTime.Year == 9999}";

    private static async Task<List<T>> ListAsync<T>(AsyncPageable<T> pages)
        where T : notnull
    {
        var all = new List<T>();
        await foreach (var each in pages)
        {
            all.Add(each);
        }

        return all;
    }

    private static async Task<List<string>> ListAsync(AsyncPageable<TableEntity> pages) => [.. (await ListAsync<TableEntity>(pages)).Select(Text)];

    private async Task CompareAsync(Func<Clients, string, Func<string, Func<Task<object?>>, Task>, Task> script)
    {
        var account = new Account(() => DateTimeOffset.UtcNow);
        var memory = new MemoryTransport((call, _) => ValueTask.FromResult(account.Answer(call)));

        Assert.Equal(await TellAsync(new Clients(azurite.ConnectionString, null)), await TellAsync(Account.Clients(memory)));

        async Task<List<string>> TellAsync(Clients clients)
        {
            var story = new List<string>();
            await script(clients, AzuriteFixture.NewName("c"), async (what, call) =>
            {
                try
                {
                    story.Add($"{what}: {await call()}");
                }
                catch (RequestFailedException refusal)
                {
                    story.Add($"{what}: {refusal.Status} {refusal.ErrorCode}");
                }
            });
            return story;
        }
    }
}
