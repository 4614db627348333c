using Azure.Storage.Blobs;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class QuarantineCountTests(AzuriteFixture azurite) : IAsyncLifetime
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
    public async Task CountWaiting_EmptyContainer_IsNone() => Assert.Equal(new QuarantineStatistics(0, 0, true), await CountAsync());

    [Fact]
    public async Task CountWaiting_RecordsOfEveryStatus_CountsThoseThatWaitByState()
    {
        foreach (var status in Enum.GetValues<QuarantineStatus>())
        {
            await AddAsync(MessageState.Invalid, status, daysAgo: 0);
            await AddAsync(MessageState.Conflict, status, daysAgo: 40);
            await AddAsync(MessageState.Conflict, status, daysAgo: 3);
        }

        // Waiting, and Requeuing left midway.
        Assert.Equal(new QuarantineStatistics(2, 4, true), await CountAsync());
    }

    [Fact]
    public async Task CountWaiting_ABlobOfAnotherHand_CountsSoThatSomebodyLooks()
    {
        await _container.GetBlobClient("20260304/foreign.json").UploadAsync(BinaryData.FromString("{}"));

        Assert.Equal(new QuarantineStatistics(1, 0, true), await CountAsync());
    }

    [Fact]
    public async Task CountWaiting_MoreThanTheBound_SaysThatThereAreMore()
    {
        await AddAsync(MessageState.Conflict, QuarantineStatus.Waiting, daysAgo: 2);
        await AddAsync(MessageState.Invalid, QuarantineStatus.Waiting, daysAgo: 1);
        await AddAsync(MessageState.Invalid, QuarantineStatus.Waiting, daysAgo: 0);

        Assert.Equal(new QuarantineStatistics(1, 1, false), await CountAsync(max: 2));
        Assert.Equal(new QuarantineStatistics(2, 1, true), await CountAsync(max: 3));
    }

    // Two waiting ones before and behind years of resolved ones, on as many days.
    [Fact]
    public async Task CountWaiting_LongHistoryOfResolvedOnes_IsOneRequestAndCountsEveryWaitingOne()
    {
        using var world = await AppWorld.NewAsync(azurite);
        (_container, _store) = (world.Container, world.Quarantine);
        await AddAsync(MessageState.Conflict, QuarantineStatus.Waiting, daysAgo: 500);
        for (var day = 0; day < 40; day++)
        {
            await AddAsync(MessageState.Invalid, day % 2 == 0 ? QuarantineStatus.Discarded : QuarantineStatus.Requeued, daysAgo: day * 10);
        }

        await AddAsync(MessageState.Invalid, QuarantineStatus.Waiting, daysAgo: 0);
        var requests = 0;
        world.Calls.AtEach = () => requests++;

        Assert.Equal(new QuarantineStatistics(1, 1, true), await CountAsync(max: 2));
        Assert.Equal(1, requests);
    }

    private Task<QuarantineStatistics> CountAsync(int max = QuarantineStore.MaxCounted) => _store.CountWaitingAsync(CancellationToken.None, max);

    private async Task AddAsync(MessageState state, QuarantineStatus status, int daysAgo)
    {
        var record = new QuarantineRecord
        {
            State = state,
            MessageId = Guid.NewGuid().ToString(),
            InsertedAt = Given.AcceptedAt.AddDays(-daysAgo),
            QuarantinedAt = Given.AcceptedAt,
            Reasons = [new Violation("$", "a rule", Severity.Refuse, "a shape")],
            Content = "{}"u8.ToArray(),
        };
        await _store.AddAsync(record, CancellationToken.None);
        if (status != QuarantineStatus.Waiting)
        {
            var stored = await _store.GetAsync(record.QuarantineId, CancellationToken.None);
            Assert.NotNull(await _store.TryReplaceAsync(record with { Status = status }, stored!.Version, CancellationToken.None));
        }
    }
}
