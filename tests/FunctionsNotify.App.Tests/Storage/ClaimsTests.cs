using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class ClaimsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private NotifyTable _table = null!;
    private Claims _claims = null!;

    public async Task InitializeAsync()
    {
        _table = await TableFixture.NewTableAsync(azurite);
        _claims = TableFixture.Claims(_table);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task GetAsync_AfterInsert_GivesTheWholeClaim()
    {
        var claim = Given.Claim(Given.NewPaymentId()) with { BodyHashes = ["aa", "bb"], Generation = 3, Duplicates = 2 };

        Assert.Null((await _claims.TryInsertAsync(claim, default)).Standing);

        AssertSame(claim, await _claims.GetAsync(claim.PaymentId, default));
    }

    [Fact]
    public async Task GetAsync_NoClaim_GivesNull() => Assert.Null(await _claims.GetAsync(Given.NewPaymentId(), default));

    [Fact]
    public async Task TryInsertAsync_ClaimStands_GivesItAndChangesNothing()
    {
        var first = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(first, default);

        var (standing, _) = await _claims.TryInsertAsync(Given.Claim(first.PaymentId, "bb", "{}"u8.ToArray()), default);

        AssertSame(first, standing);
        AssertSame(first, await _claims.GetAsync(first.PaymentId, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(48 * 1024)]
    [InlineData((48 * 1024) + 1)]
    [InlineData(NotificationReader.MaxBodyBytes)]
    public async Task GetAsync_BodyOfAnySize_GivesTheSameBytes(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        var claim = Given.Claim(Given.NewPaymentId(), body: body);

        Assert.Null((await _claims.TryInsertAsync(claim, default)).Standing);

        Assert.Equal(body, (await _claims.GetAsync(claim.PaymentId, default))!.Body.ToArray());
    }

    [Fact]
    public async Task TryInsertAsync_PaymentIdsThatDifferInCaseOnly_AreTwoClaims()
    {
        var paymentId = Given.NewPaymentId();

        Assert.Null((await _claims.TryInsertAsync(Given.Claim(paymentId), default)).Standing);
        Assert.Null((await _claims.TryInsertAsync(Given.Claim(paymentId.ToUpperInvariant()), default)).Standing);
    }

    [Theory]
    [InlineData("a/b\\c#d?e")]
    [InlineData("o'neil; PartitionKey eq ''")]
    [InlineData("支付 😀")]
    [InlineData("~")]
    public async Task GetAsync_PaymentIdUnfitForAKey_GivesTheClaim(string paymentId)
    {
        var claim = Given.Claim(paymentId);

        Assert.Null((await _claims.TryInsertAsync(claim, default)).Standing);

        AssertSame(claim, await _claims.GetAsync(paymentId, default));
    }

    [Fact]
    public async Task TryInsertAsync_TwoBodiesAtOnce_ExactlyOneWinsEveryRound()
    {
        for (var round = 0; round < 200; round++)
        {
            var paymentId = Given.NewPaymentId();
            Claim[] candidates = [Given.Claim(paymentId, "aa", "{\"a\":\"1\"}"u8.ToArray()), Given.Claim(paymentId, "bb", "{\"b\":\"2\"}"u8.ToArray())];
            using var barrier = new Barrier(candidates.Length);

            var inserts = await Task.WhenAll(candidates.Select(candidate => Task.Run(() =>
            {
                barrier.SignalAndWait();
                return _claims.TryInsertAsync(candidate, default);
            })));

            var standing = inserts.Select(insert => insert.Standing).ToArray();
            var winner = Assert.Single(candidates, candidate => standing[Array.IndexOf(candidates, candidate)] is null);
            AssertSame(winner, Assert.Single(standing, claim => claim is not null));
            AssertSame(winner, await _claims.GetAsync(paymentId, default));
        }
    }

    [Fact]
    public async Task TryInsertAsync_ThousandCopiesAtOnce_MakeOneClaim()
    {
        var paymentId = Given.NewPaymentId();
        var copies = Enumerable.Range(0, 1_000).Select(_ => Given.Claim(paymentId)).ToArray();
        var winners = 0;

        // More senders would on a busy machine wait longer for Azurite than the app's client does.
        await Parallel.ForEachAsync(copies, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (copy, cancellationToken) =>
        {
            if ((await _claims.TryInsertAsync(copy, cancellationToken)).Standing is null)
            {
                Interlocked.Increment(ref winners);
            }
        });

        Assert.Equal(1, winners);
        Assert.Single(await RowsAsync());
    }

    [Fact]
    public async Task TryInsertAsync_AnswerLostAndSentAgain_KnowsItsOwnRow()
    {
        using var lossy = new LostAnswerHandler();
        using var http = new HttpClient(lossy);
        var options = new TableClientOptions { Transport = new HttpClientTransport(http) };
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        var claims = TableFixture.Claims(_table with { Rows = new TableClient(azurite.ConnectionString, _table.Rows.Name, options) });

        var (standing, tag) = await claims.TryInsertAsync(Given.Claim(Given.NewPaymentId()), default);

        Assert.Null(standing);
        Assert.Equal(Assert.Single(await RowsAsync()).ETag.ToString(), tag);
        Assert.Equal(1, lossy.Lost);
    }

    [Fact]
    public async Task FinishAsync_OwnDelivery_MergesStateAndKeepsTheRest()
    {
        var claim = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(claim, default);
        var endedAt = Given.AcceptedAt.AddHours(1).AddTicks(3);

        await _claims.FinishAsync(claim.PaymentId, claim.DeliveryId, new(DeliveryState.Delivered, endedAt), null, default);

        AssertSame(claim with { State = DeliveryState.Delivered, EndedAt = endedAt }, await _claims.GetAsync(claim.PaymentId, default));
    }

    [Theory]
    [InlineData(DeliveryState.Delivered)]
    [InlineData(DeliveryState.Cancelled)]
    public async Task FinishAsync_AlreadyFinal_ChangesNothing(DeliveryState again)
    {
        var claim = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(claim, default);
        await _claims.FinishAsync(claim.PaymentId, claim.DeliveryId, new(DeliveryState.Delivered, Given.AcceptedAt), null, default);
        var before = Assert.Single(await RowsAsync());

        await _claims.FinishAsync(claim.PaymentId, claim.DeliveryId, new(again, Given.AcceptedAt.AddDays(1)), null, default);

        Assert.Equal(before.ETag, Assert.Single(await RowsAsync()).ETag);
    }

    [Fact]
    public async Task FinishAsync_ForeignDelivery_LeavesTheRowUntouched()
    {
        var claim = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(claim, default);
        var before = Assert.Single(await RowsAsync());

        await _claims.FinishAsync(claim.PaymentId, DeliveryIds.ForDelivery(claim.PaymentId, 2), new(DeliveryState.Rejected, Given.AcceptedAt), null, default);

        Assert.Equal(before.ETag, Assert.Single(await RowsAsync()).ETag);
    }

    [Fact]
    public async Task FinishAsync_NoClaim_WritesNone()
    {
        await _claims.FinishAsync(Given.NewPaymentId(), "np-x~0001", new(DeliveryState.Rejected, Given.AcceptedAt), null, default);

        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task FinishAsync_OpenAsFinalState_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _claims.FinishAsync("p", "np-p~0001", new(DeliveryState.Open, Given.AcceptedAt), null, default));

    [Fact]
    public async Task FinishAsync_WhileDuplicatesAreCounted_LosesNothing()
    {
        var claim = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(claim, default);

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _claims.CountDuplicateAsync(claim.PaymentId, default))),
            _claims.FinishAsync(claim.PaymentId, claim.DeliveryId, new(DeliveryState.Exhausted, Given.AcceptedAt), null, default));

        var standing = await _claims.GetAsync(claim.PaymentId, default);
        Assert.InRange(standing!.Duplicates, 1, 8);
        AssertSame(claim with { State = DeliveryState.Exhausted, EndedAt = Given.AcceptedAt, Duplicates = standing.Duplicates }, standing);
    }

    [Fact]
    public async Task CountDuplicateAsync_OneAfterTheOther_CountsEach()
    {
        var claim = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(claim, default);

        await _claims.CountDuplicateAsync(claim.PaymentId, default);
        await _claims.CountDuplicateAsync(claim.PaymentId, default);

        AssertSame(claim with { Duplicates = 2 }, await _claims.GetAsync(claim.PaymentId, default));
    }

    [Fact]
    public async Task CountDuplicateAsync_TwentyAtOnce_CountsEach()
    {
        var claim = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(claim, default);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _claims.CountDuplicateAsync(claim.PaymentId, default)));

        Assert.Equal(20, (await _claims.GetAsync(claim.PaymentId, default))!.Duplicates);
    }

    [Fact]
    public async Task CountDuplicateAsync_NoClaim_WritesNone()
    {
        await _claims.CountDuplicateAsync(Given.NewPaymentId(), default);

        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task TryInsertAsync_NoTable_Throws()
    {
        var claims = TableFixture.Claims(TableFixture.Connection(azurite).Table(AzuriteFixture.NewName("none"), transport: null));

        await Assert.ThrowsAsync<RequestFailedException>(() => claims.TryInsertAsync(Given.Claim("p"), default));
    }

    [Fact]
    public async Task TryInsertAsync_AnyRow_HasItsSchemaVersionAndKey()
    {
        var claim = Given.Claim(Given.NewPaymentId());
        await _claims.TryInsertAsync(claim, default);

        var row = Assert.Single(await RowsAsync());
        Assert.Equal(1, row.GetInt32("SchemaVersion"));
        Assert.Equal(DeliveryIds.ForPayment(claim.PaymentId), row.PartitionKey);
        Assert.Equal(row.PartitionKey, row.RowKey);
    }

    private async Task<List<TableEntity>> RowsAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _table.Rows.QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }

    private static void AssertSame(Claim expected, Claim? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Body.ToArray(), actual.Body.ToArray());
        Assert.Equal(expected.BodyHashes.AsEnumerable(), actual.BodyHashes.AsEnumerable());
        Assert.Equal(expected with { Body = default, BodyHashes = [] }, actual with { Body = default, BodyHashes = [] });
    }

    /// <summary>Lets the first insert reach the service and drops its answer, as a broken connection does.</summary>
    private sealed class LostAnswerHandler : DelegatingHandler
    {
        public LostAnswerHandler()
            : base(new HttpClientHandler())
        {
        }

        public int Lost { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Post && Lost == 0)
            {
                Lost++;
                response.Dispose();
                throw new HttpRequestException("connection reset");
            }

            return response;
        }
    }
}
