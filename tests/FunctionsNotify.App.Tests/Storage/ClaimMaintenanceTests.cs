using Azure.Data.Tables;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class ClaimMaintenanceTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset EndedAt = Given.AcceptedAt.AddHours(1);

    private NotifyTable _table = null!;
    private Claims _claims = null!;
    private Claims _maintenance = null!;

    public async Task InitializeAsync()
    {
        _table = await TableFixture.NewTableAsync(azurite);
        _claims = TableFixture.Claims(_table);
        _maintenance = TableFixture.Claims(_table);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task FindAsync_AnyDeliveryOfThePayment_GivesItsClaim(int generation)
    {
        var claim = await InsertedAsync(Given.NewPaymentId());

        Assert.Equal(claim.PaymentId, (await _maintenance.FindAsync(DeliveryIds.ForDelivery(claim.PaymentId, generation), default))!.PaymentId);
        Assert.Null(await _maintenance.FindAsync("np-unknown", default));
    }

    [Fact]
    public async Task ReopenAsync_AsSeen_ReplacesAllButTheDuplicates()
    {
        var seen = await InsertedAsync(Given.NewPaymentId());
        await _claims.CountDuplicateAsync(seen.PaymentId, default);
        var next = Next(seen) with { Body = "{\"a\":1}"u8.ToArray(), BodyHashes = ["aa", "bb"] };

        Assert.Null(await _maintenance.ReopenAsync(seen, next, default));

        var standing = (await _claims.GetAsync(seen.PaymentId, default))!;
        Assert.Equal((next.DeliveryId, 2, DeliveryState.Open, 1), (standing.DeliveryId, standing.Generation, standing.State, standing.Duplicates));
        Assert.Equal(next.Body.ToArray(), standing.Body.ToArray());
        Assert.Equal(["aa", "bb"], standing.BodyHashes.ToArray());
        Assert.Equal((seen.AcceptedAt, seen.FirstMessageId), (standing.AcceptedAt, standing.FirstMessageId));
        Assert.Equal(next.History.ToArray(), standing.History.ToArray());
    }

    [Fact]
    public async Task ReopenAsync_WithoutAChange_IsNoReplacement()
    {
        var seen = await InsertedAsync(Given.NewPaymentId());

        await Assert.ThrowsAsync<ArgumentException>(() => _maintenance.ReopenAsync(seen, seen with { DeliveryId = "np-other" }, default));
    }

    [Fact]
    public async Task History_OfARowWrittenBeforeThereWereHistories_IsEmptyAndOfAnotherFormIsNamed()
    {
        var claim = await InsertedAsync(Given.NewPaymentId());
        Assert.Empty((await _claims.GetAsync(claim.PaymentId, default))!.History);

        var key = DeliveryIds.ForPayment(claim.PaymentId);
        await _table.Rows.UpdateEntityAsync(new TableEntity(key, key) { ["History"] = "{" }, Azure.ETag.All, TableUpdateMode.Merge);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => _claims.GetAsync(claim.PaymentId, default));
        Assert.Contains("History", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReopenAsync_FinalClaim_LosesItsEnd()
    {
        var claim = await InsertedAsync(Given.NewPaymentId());
        await _claims.FinishAsync(claim.PaymentId, claim.DeliveryId, new(DeliveryState.Exhausted, EndedAt), null, default);
        var seen = (await _claims.GetAsync(claim.PaymentId, default))!;

        Assert.Null(await _maintenance.ReopenAsync(seen, Next(seen), default));

        var standing = (await _claims.GetAsync(claim.PaymentId, default))!;
        Assert.Equal((DeliveryState.Open, null), (standing.State, standing.EndedAt));
    }

    [Fact]
    public async Task ReopenAsync_Again_StandsAndChangesNothing()
    {
        var seen = await InsertedAsync(Given.NewPaymentId());
        await _maintenance.ReopenAsync(seen, Next(seen), default);
        await _claims.FinishAsync(seen.PaymentId, Next(seen).DeliveryId, new(DeliveryState.Delivered, EndedAt), null, default);

        Assert.Null(await _maintenance.ReopenAsync(seen, Next(seen), default));
        Assert.Equal(DeliveryState.Delivered, (await _claims.GetAsync(seen.PaymentId, default))!.State);
    }

    [Fact]
    public async Task ReopenAsync_EndedSinceItWasSeen_LeavesTheEnd()
    {
        var seen = await InsertedAsync(Given.NewPaymentId());
        await _claims.FinishAsync(seen.PaymentId, seen.DeliveryId, new(DeliveryState.Delivered, EndedAt), null, default);

        Assert.Equal(DeliveryState.Delivered, (await _maintenance.ReopenAsync(seen, Next(seen), default))!.State);
        Assert.Equal(seen.DeliveryId, (await _claims.GetAsync(seen.PaymentId, default))!.DeliveryId);
    }

    [Fact]
    public async Task ReopenAsync_AgainstAnEndAtTheSameTime_OneOfThemStandsWhole()
    {
        for (var round = 0; round < 30; round++)
        {
            var seen = await InsertedAsync(Given.NewPaymentId());
            using var barrier = new Barrier(3);
            var reopen = Race(barrier, () => _maintenance.ReopenAsync(seen, Next(seen), default));
            var finish = Race(barrier, async () =>
            {
                await _claims.FinishAsync(seen.PaymentId, seen.DeliveryId, new(DeliveryState.Delivered, EndedAt), null, default);
                return (Claim?)null;
            });
            var count = Race(barrier, async () =>
            {
                await _claims.CountDuplicateAsync(seen.PaymentId, default);
                return (Claim?)null;
            });
            await Task.WhenAll(reopen, finish, count);

            var standing = (await _claims.GetAsync(seen.PaymentId, default))!;
            Assert.Equal(
                await reopen is null ? (Next(seen).DeliveryId, DeliveryState.Open) : (seen.DeliveryId, DeliveryState.Delivered),
                (standing.DeliveryId, standing.State));
            Assert.Equal(1, standing.Duplicates);
        }
    }

    [Fact]
    public async Task ReopenAsync_TwoDifferentAtOnce_ExactlyOneStandsEveryRound()
    {
        for (var round = 0; round < 30; round++)
        {
            var seen = await InsertedAsync(Given.NewPaymentId());
            // The same new delivery id with different bodies: only the change's id tells them apart.
            Claim[] candidates = [Next(seen, "one") with { BodyHashes = ["aa", "one"] }, Next(seen, "other") with { BodyHashes = ["aa", "other"] }];
            using var barrier = new Barrier(2);

            var standing = await Task.WhenAll(candidates.Select(candidate => Race(barrier, () => _maintenance.ReopenAsync(seen, candidate, default))));

            var winner = Assert.Single(candidates, candidate => standing[Array.IndexOf(candidates, candidate)] is null);
            Assert.Equal(winner.BodyHashes.ToArray(), (await _claims.GetAsync(seen.PaymentId, default))!.BodyHashes.ToArray());
        }
    }

    [Fact]
    public async Task ReopenAsync_NoClaimAnyMore_Throws()
    {
        var never = Given.Claim(Given.NewPaymentId());

        await Assert.ThrowsAsync<InvalidOperationException>(() => _maintenance.ReopenAsync(never, Next(never), default));
    }

    [Fact]
    public async Task ListEndedAsync_PageByPage_GivesEachEndedClaimOnceAndNothingElse()
    {
        var old = new List<EndedClaim>();
        for (var number = 0; number < 7; number++)
        {
            var claim = await EndedAsync(EndedAt.AddTicks(number));
            old.Add(new EndedClaim(claim.PaymentId, claim.DeliveryId, 1, claim.AcceptedAt, EndedAt.AddTicks(number)));
        }

        await EndedAsync(EndedAt.AddTicks(7));
        await InsertedAsync(Given.NewPaymentId());
        await TableFixture.Index(_table).UpsertAsync(Given.IndexRow(Given.NewPaymentId(), 1), default);

        var listed = new List<EndedClaim>();
        string? continuation = null;
        do
        {
            var page = await _maintenance.ListEndedAsync(EndedAt.AddTicks(7).ToOffset(TimeSpan.FromHours(9)), 2, continuation, default);
            Assert.InRange(page.Claims.Count, 0, 2);
            listed.AddRange(page.Claims);
            continuation = page.Continuation;
        }
        while (continuation is not null);

        Assert.Equal(old.OrderBy(claim => claim.PaymentId, StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task RemoveAsync_AsListed_Removes()
    {
        var claim = await EndedAsync(EndedAt);
        var listed = Assert.Single((await _maintenance.ListEndedAsync(EndedAt.AddDays(1), 10, null, default)).Claims);

        Assert.True(await _maintenance.RemoveAsync(listed, default));
        Assert.Null(await _claims.GetAsync(claim.PaymentId, default));
        Assert.False(await _maintenance.RemoveAsync(listed, default));
    }

    [Fact]
    public async Task RemoveAsync_ReopenedSinceItWasListed_Leaves()
    {
        var claim = await EndedAsync(EndedAt);
        var listed = Assert.Single((await _maintenance.ListEndedAsync(EndedAt.AddDays(1), 10, null, default)).Claims);
        await _maintenance.ReopenAsync(claim, Next(claim), default);

        Assert.False(await _maintenance.RemoveAsync(listed, default));
        Assert.NotNull(await _claims.GetAsync(claim.PaymentId, default));
    }

    private static Claim Next(Claim claim, string change = "change-1") => claim with
    {
        DeliveryId = DeliveryIds.ForDelivery(claim.PaymentId, 2),
        Generation = 2,
        State = DeliveryState.Open,
        EndedAt = null,
        History = ClaimHistory.Add(claim.History, new ClaimChange
        {
            Id = change,
            Kind = ClaimChangeKind.Correction,
            DeliveryId = DeliveryIds.ForDelivery(claim.PaymentId, 2),
            Generation = 2,
            At = EndedAt,
            Actor = "ann",
            Reason = "it's \"why\" ✓",
            IdempotencyKey = "key",
            BodyHash = "bb",
        }),
    };

    private static Task<Claim?> Race(Barrier barrier, Func<Task<Claim?>> call) => Task.Factory.StartNew(
        () =>
        {
            barrier.SignalAndWait();
            return call();
        },
        TaskCreationOptions.LongRunning).Unwrap();

    private async Task<Claim> InsertedAsync(string paymentId)
    {
        var claim = Given.Claim(paymentId);
        Assert.Null((await _claims.TryInsertAsync(claim, default)).Standing);
        return claim;
    }

    private async Task<Claim> EndedAsync(DateTimeOffset at)
    {
        var claim = await InsertedAsync(Given.NewPaymentId());
        await _claims.FinishAsync(claim.PaymentId, claim.DeliveryId, new(DeliveryState.Delivered, at), null, default);
        return (await _claims.GetAsync(claim.PaymentId, default))!;
    }
}
