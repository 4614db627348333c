using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class QuarantineRecordsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly QuarantineFilter All = new();

    private BlobContainerClient _container = null!;
    private QuarantineStore _store = null!;

    public async Task InitializeAsync()
    {
        _container = await TableFixture.NewContainerAsync(azurite);
        _store = new QuarantineStore(_container);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task List_RecordsOfSeveralDays_ComeNewestFirstInBoundedPages()
    {
        var records = new List<QuarantineRecord>();
        for (var index = 0; index < 23; index++)
        {
            // Four days, several records each, written in an order that is not theirs.
            records.Add(await AddAsync(Given.AcceptedAt.AddDays(-(index % 4)).AddMinutes(-index * 7 % 23)));
        }

        var pages = await PagesAsync(All, max: 5);

        Assert.All(pages.SkipLast(1), page => Assert.Equal(5, page.Count));
        Assert.Equal(
            records.OrderByDescending(record => record.InsertedAt).ThenBy(record => record.QuarantineId, StringComparer.Ordinal).Select(record => record.QuarantineId),
            pages.SelectMany(page => page));
    }

    [Theory]
    [InlineData(null, 12)]
    [InlineData(QuarantineStatus.Waiting, 6)]
    [InlineData(QuarantineStatus.Discarded, 6)]
    public async Task List_WaitingAndResolvedOnes_ComeNewestFirstByDayInBoundedPages(QuarantineStatus? status, int count)
    {
        var expected = new List<string>();
        for (var index = 0; index < 12; index++)
        {
            var record = await AddAsync(Given.AcceptedAt.AddDays(-(index / 4)).AddMinutes(-index));
            var isResolved = index % 2 == 1;
            if (isResolved)
            {
                var stored = (await _store.GetAsync(record.QuarantineId, default))!;
                Assert.NotNull(await _store.TryReplaceAsync(record with { Status = QuarantineStatus.Discarded }, stored.Version, default));
            }

            if (status is null || isResolved == (status == QuarantineStatus.Discarded))
            {
                expected.Add($"{index / 4} {isResolved} {record.QuarantineId}");
            }
        }

        var pages = await PagesAsync(new QuarantineFilter(Status: status), max: 5);

        Assert.Equal(count, expected.Count);
        Assert.Equal(expected.Order(StringComparer.Ordinal).Select(line => line.Split(' ')[2]), pages.SelectMany(page => page));
    }

    [Fact]
    public async Task List_ManyOfOneDay_PagesAcrossTheServicesSegments()
    {
        // More than the service gives at once to this reader.
        var payload = BinaryData.FromString("no record");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 620),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (index, cancellationToken) => await _container.GetBlobClient(Record(Given.AcceptedAt.AddSeconds(index), $"m-{index}").QuarantineId).UploadAsync(
                payload,
                new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["state"] = "Invalid", ["status"] = "Waiting" } },
                cancellationToken));
        var first = await AddAsync(Given.AcceptedAt.AddHours(2), state: MessageState.Conflict);
        var last = await AddAsync(Given.AcceptedAt.AddHours(-2), state: MessageState.Conflict);

        var pages = await PagesAsync(new QuarantineFilter(MessageState.Conflict), max: 1);

        Assert.Equal([first.QuarantineId, last.QuarantineId], pages.SelectMany(page => page));
    }

    [Fact]
    public async Task List_Filter_GivesWhatMatchesAndNothingElse()
    {
        var waiting = await AddAsync(Given.AcceptedAt, paymentId: "p-1");
        var conflict = await AddAsync(Given.AcceptedAt.AddSeconds(1), state: MessageState.Conflict, paymentId: "p-1");
        var discarded = await AddAsync(Given.AcceptedAt.AddSeconds(2), paymentId: "p-2");
        var unknown = await AddAsync(Given.AcceptedAt.AddSeconds(3));
        await ReplaceAsync(discarded with { Status = QuarantineStatus.Discarded });

        await AssertListAsync(All, unknown, conflict, waiting, discarded);
        await AssertListAsync(new QuarantineFilter(State: MessageState.Conflict), conflict);
        await AssertListAsync(new QuarantineFilter(Status: QuarantineStatus.Discarded), discarded);
        await AssertListAsync(new QuarantineFilter(Status: QuarantineStatus.Waiting), unknown, conflict, waiting);
        await AssertListAsync(new QuarantineFilter(PaymentId: "p-1"), conflict, waiting);
        await AssertListAsync(new QuarantineFilter(MessageState.Invalid, QuarantineStatus.Waiting, "p-1"), waiting);
        await AssertListAsync(new QuarantineFilter(PaymentId: "p-3"));
    }

    [Fact]
    public async Task List_PaymentIdOfAnyCharacters_IsFound()
    {
        const string Id = "付款\r\nx-ms-meta: 1 ü\u202e";
        var record = await AddAsync(Given.AcceptedAt, paymentId: Id);

        await AssertListAsync(new QuarantineFilter(PaymentId: Id), record);
    }

    [Fact]
    public async Task List_RecordWithoutMetadata_IsReadAndFiltered()
    {
        var record = Record(Given.AcceptedAt, "m") with { PaymentId = "p-1" };
        await _container.GetBlobClient(record.QuarantineId).UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(record, DeliveryJson.Options)));

        await AssertListAsync(new QuarantineFilter(PaymentId: "p-1"), record);
        await AssertListAsync(new QuarantineFilter(PaymentId: "p-2"));
    }

    [Fact]
    public async Task List_WhatIsNoRecord_IsToldAndHidesNothing()
    {
        var record = await AddAsync(Given.AcceptedAt);
        var broken = Record(Given.AcceptedAt.AddSeconds(1), "broken").QuarantineId;
        var moved = Record(Given.AcceptedAt.AddSeconds(2), "moved").QuarantineId;
        await _container.GetBlobClient(broken).UploadAsync(BinaryData.FromString("{"));
        await _container.GetBlobClient(moved).UploadAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(record, DeliveryJson.Options)));
        await _container.GetBlobClient("readme.txt").UploadAsync(BinaryData.FromString("not ours"));
        await _container.GetBlobClient("20260304/readme.txt").UploadAsync(BinaryData.FromString("not ours"));
        await _container.GetBlobClient("other/readme.txt").UploadAsync(BinaryData.FromString("not ours"));

        var page = await _store.ListAsync(All, 10, null, default);

        Assert.Equal([record.QuarantineId], page.Records.Select(each => each.QuarantineId));
        Assert.Equal([moved, broken], page.Unreadable);
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.GetAsync(broken, default));
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.GetAsync(moved, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!!")]
    [InlineData("W10")]
    [InlineData("WyIuLiIsIiIsIiJd")]
    public async Task List_ContinuationThatNoPageGave_IsRefused(string continuation)
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => _store.ListAsync(All, 10, continuation, default));

        Assert.Equal("continuation", fault.ParamName);
    }

    [Fact]
    public async Task List_RecordsComeBetweenTwoPages_NoneIsMissedOrTwice()
    {
        var old = new List<string>();
        for (var index = 0; index < 6; index++)
        {
            old.Add((await AddAsync(Given.AcceptedAt.AddSeconds(-index))).QuarantineId);
        }

        var first = await _store.ListAsync(All, 3, null, default);
        await AddAsync(Given.AcceptedAt.AddSeconds(5));
        await AddAsync(Given.AcceptedAt.AddDays(1));
        var second = await _store.ListAsync(All, 3, first.Continuation, default);

        Assert.Equal(old, first.Records.Concat(second.Records).Select(record => record.QuarantineId));
    }

    [Fact]
    public async Task Get_WhatWasReplaced_HasEverything()
    {
        var record = await AddAsync(Given.AcceptedAt);
        var changed = record with
        {
            Status = QuarantineStatus.Requeued,
            Correction = "corrected"u8.ToArray(),
            ClaimedAt = Given.AcceptedAt.AddDays(-1),
            FromPoisonQueue = true,
            History = [Entry("anna") with { Overrode = ["the age"], MessageId = "m-2" }],
        };

        await ReplaceAsync(changed);

        var read = (await _store.GetAsync(record.QuarantineId, default))!.Record;
        Assert.Equal("corrected", Encoding.UTF8.GetString(read.Correction!.Value.Span));
        Assert.Equal(["the age"], read.History.Single().Overrode!.Value.AsEnumerable());
        Assert.Equal(changed.History[0] with { Overrode = null }, read.History[0] with { Overrode = null });
        Assert.Equal(
            changed with { Content = default, Correction = null, Reasons = [], History = [] },
            read with { Content = default, Correction = null, Reasons = [], History = [] });
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("20260304/0000000000000000000-m.json")]
    [InlineData("20260304/0000000000000000000-../m.json")]
    public async Task Get_NoSuchRecord_IsNull(string id) => Assert.Null(await _store.GetAsync(id, default));

    [Fact]
    public async Task Replace_ManyAtOnce_OneIsFirst()
    {
        var record = await AddAsync(Given.AcceptedAt);
        var version = (await _store.GetAsync(record.QuarantineId, default))!.Version;

        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(
            () => _store.TryReplaceAsync(record with { Status = QuarantineStatus.Requeuing, History = [Entry($"operator-{number}")] }, version, default))));

        var winner = Assert.Single(versions, given => given is not null);
        var now = (await _store.GetAsync(record.QuarantineId, default))!;
        Assert.Equal((winner, versions.IndexOf(winner)), (now.Version, int.Parse(now.Record.History.Single().Actor[9..], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Replace_AnswerWasLostAndTheWriteIsSentAgain_IsKnownAsOnesOwn()
    {
        var record = await AddAsync(Given.AcceptedAt);
        var version = (await _store.GetAsync(record.QuarantineId, default))!.Version;
        var changed = record with { History = [Entry("anna")] };

        var first = await _store.TryReplaceAsync(changed, version, default);
        var again = await _store.TryReplaceAsync(changed, version, default);

        Assert.NotNull(first);
        Assert.Equal(first, again);
        Assert.Null(await _store.TryReplaceAsync(record with { History = [Entry("bert")] }, version, default));
    }

    [Fact]
    public async Task Add_MessageComesAgainAfterAnOperatorsChange_LeavesTheChange()
    {
        var record = await AddAsync(Given.AcceptedAt);
        await ReplaceAsync(record with { Status = QuarantineStatus.Discarded });

        await _store.AddAsync(record, default);

        Assert.Equal(QuarantineStatus.Discarded, (await _store.GetAsync(record.QuarantineId, default))!.Record.Status);
    }

    [Fact]
    public async Task List_NoContainer_Throws()
    {
        await _container.DeleteAsync();

        await Assert.ThrowsAsync<RequestFailedException>(() => _store.ListAsync(All, 10, null, default));
        await Assert.ThrowsAsync<RequestFailedException>(() => _store.GetAsync(Record(Given.AcceptedAt, "m").QuarantineId, default));
    }

    private static QuarantineEntry Entry(string actor) => new()
    {
        Id = Guid.NewGuid().ToString(),
        At = Given.AcceptedAt,
        Status = QuarantineStatus.Discarded,
        Actor = actor,
        Reason = "a test",
    };

    private static QuarantineRecord Record(DateTimeOffset insertedAt, string messageId) => new()
    {
        State = MessageState.Invalid,
        MessageId = messageId,
        InsertedAt = insertedAt,
        QuarantinedAt = Given.AcceptedAt,
        Reasons = [new Violation("$", "a rule", Severity.Refuse, "a shape")],
        Content = "content"u8.ToArray(),
    };

    private async Task<QuarantineRecord> AddAsync(DateTimeOffset insertedAt, MessageState state = MessageState.Invalid, string? paymentId = null)
    {
        var record = Record(insertedAt, Guid.NewGuid().ToString()) with { State = state, PaymentId = paymentId };
        await _store.AddAsync(record, default);
        return record;
    }

    private async Task ReplaceAsync(QuarantineRecord record) =>
        Assert.NotNull(await _store.TryReplaceAsync(record, (await _store.GetAsync(record.QuarantineId, default))!.Version, default));

    private async Task<List<List<string>>> PagesAsync(QuarantineFilter filter, int max)
    {
        var pages = new List<List<string>>();
        string? continuation = null;
        do
        {
            var page = await _store.ListAsync(filter, max, continuation, default);
            Assert.True(page.Records.Count <= max);
            pages.Add([.. page.Records.Select(record => record.QuarantineId)]);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return pages;
    }

    private async Task AssertListAsync(QuarantineFilter filter, params QuarantineRecord[] expected) => Assert.Equal(
        expected.Select(record => record.QuarantineId),
        (await _store.ListAsync(filter, 100, null, default)).Records.Select(record => record.QuarantineId));
}
