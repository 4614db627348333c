using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class QuarantineStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private BlobContainerClient _container = null!;
    private QuarantineStore _store = null!;

    public async Task InitializeAsync()
    {
        _container = await TableFixture.NewContainerAsync(azurite);
        _store = new QuarantineStore(_container);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task AddAsync_AnyRecord_RoundTrips()
    {
        var record = Record(Guid.NewGuid().ToString());

        await _store.AddAsync(record, default);

        var blob = (await _container.GetBlobClient(record.QuarantineId).DownloadContentAsync()).Value;
        var read = JsonSerializer.Deserialize<QuarantineRecord>(blob.Content, DeliveryJson.Options)!;
        Assert.Equal("application/json", blob.Details.ContentType);
        Assert.Equal(record.Content.ToArray(), read.Content.ToArray());
        Assert.Equal(record.Reasons.AsEnumerable(), read.Reasons.AsEnumerable());
        Assert.Equal(record with { Content = default, Reasons = [] }, read with { Content = default, Reasons = [] });
        Assert.StartsWith("20260304/", record.QuarantineId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAsync_RecordIsThere_LeavesItAsItIs()
    {
        var record = Record(Guid.NewGuid().ToString());
        await _store.AddAsync(record, default);
        var before = (await _container.GetBlobClient(record.QuarantineId).GetPropertiesAsync()).Value.ETag;

        await _store.AddAsync(record with { Status = QuarantineStatus.Discarded }, default);

        Assert.Equal(before, (await _container.GetBlobClient(record.QuarantineId).GetPropertiesAsync()).Value.ETag);
    }

    [Fact]
    public async Task AddAsync_WhatIsThereCannotBeRead_IsLeftAndTheMessageIsKeptAsItWasGiven()
    {
        var record = Record(Guid.NewGuid().ToString());
        await _container.GetBlobClient(record.QuarantineId).UploadAsync(BinaryData.FromString("{"));

        Assert.Equal(record, await _store.AddAsync(record, default));
        Assert.Equal("{", (await _container.GetBlobClient(record.QuarantineId).DownloadContentAsync()).Value.Content.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AddAsync_RecordIsResolvedMeanwhile_StaysResolved(bool isMoving)
    {
        var record = Record(Guid.NewGuid().ToString());
        await _store.AddAsync(record, default);
        var stored = (await _store.GetAsync(record.QuarantineId, default))!;
        await _store.TryReplaceAsync(record with { Status = QuarantineStatus.Discarded }, stored.Version, default);
        if (isMoving)
        {
            // As a crash leaves it: written there, and not gone here.
            await _container.GetBlobClient(record.QuarantineId).UploadAsync(BinaryData.FromString("{}"));
        }

        await _store.AddAsync(record, default);

        Assert.Equal([QuarantineStore.ResolvedPrefix + record.QuarantineId], await NamesAsync());
        Assert.Equal(QuarantineStatus.Discarded, (await _store.GetAsync(record.QuarantineId, default))!.Record.Status);
    }

    [Fact]
    public async Task TryReplaceAsync_RecordIsResolvedMeanwhile_ChangesNothing()
    {
        var record = Record(Guid.NewGuid().ToString());
        await _store.AddAsync(record, default);
        var stored = (await _store.GetAsync(record.QuarantineId, default))!;
        await _store.TryReplaceAsync(record with { Status = QuarantineStatus.Discarded }, stored.Version, default);

        Assert.Null(await _store.TryReplaceAsync(record with { Status = QuarantineStatus.Requeuing }, stored.Version, default));
        Assert.Equal([QuarantineStore.ResolvedPrefix + record.QuarantineId], await NamesAsync());
    }

    [Fact]
    public async Task AddAsync_SameRecordAtOnce_WritesOne()
    {
        var record = Record(Guid.NewGuid().ToString());

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => _store.AddAsync(record, default))));

        Assert.Equal([record.QuarantineId], await NamesAsync());
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a/b\\c?d#e%2e%2e%2f")]
    [InlineData("\0\r\n\u202E")]
    public async Task AddAsync_HostileMessageId_StaysInItsPlace(string messageId)
    {
        var record = Record(messageId);

        await _store.AddAsync(record, default);

        var name = Assert.Single(await NamesAsync());
        Assert.Equal(record.QuarantineId, name);
        Assert.Matches("^20260304/[0-9]{19}-~[0-9a-f]{64}[.]json$", name);
    }

    [Fact]
    public async Task AddAsync_NoContainer_Throws()
    {
        await _container.DeleteAsync();

        await Assert.ThrowsAsync<RequestFailedException>(() => _store.AddAsync(Record("m"), default));
    }

    private static QuarantineRecord Record(string messageId) => new()
    {
        State = MessageState.Conflict,
        MessageId = messageId,
        InsertedAt = Given.AcceptedAt.AddTicks(5),
        QuarantinedAt = Given.AcceptedAt.AddSeconds(1),
        PaymentId = "p-1",
        Reasons = [new Violation("$", "must be one strict JSON value [decided]", Severity.Refuse, "nothing")],
        Content = Enumerable.Range(0, 65_536).Select(index => (byte)index).ToArray(),
    };

    private async Task<List<string>> NamesAsync()
    {
        var names = new List<string>();
        await foreach (var blob in _container.GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        return names;
    }
}
