using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Testing;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class StateWriterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TryInsert_ManyAtOnceForOnePayment_ExactlyOneWinsAndAllOthersSeeIt()
    {
        using var state = new LocalState(_folder.File("state.db"));
        const int Racers = 16;
        for (var round = 0; round < 20; round++)
        {
            using var start = new Barrier(Racers);
            var paymentId = $"race-{round}";
            var results = await Task.WhenAll(Enumerable.Range(0, Racers).Select(racer => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return state.Claims.TryInsertAsync(Payments.Claim(paymentId, Now, $"message-{racer}"), CancellationToken.None);
                },
                TaskCreationOptions.LongRunning).Unwrap()));

            Assert.Single(results, result => result is null);
            var winner = state.Reader.FindClaim(paymentId)!;
            Assert.All(results.Where(result => result is not null), result => Assert.Equal(winner.FirstMessageId, result!.FirstMessageId));
        }
    }

    [Fact]
    public async Task Committed_FileCopiedRightAfter_HoldsTheClaimWithItsDelivery()
    {
        using var state = new LocalState(_folder.File("state.db"));
        for (var number = 0; number < 50; number++)
        {
            var claim = Payments.Claim($"copied-{number}", Now);
            await state.Claims.TryInsertAsync(claim, CancellationToken.None);

            using var after = state.AfterCrash(_folder.File($"copy-{number}.db"));
            var found = after.Reader.FindClaim(claim.PaymentId)!;
            Assert.Equal(claim.Body.ToArray(), found.Body.ToArray());
            Assert.Equal(claim.BodyHashes.ToArray(), found.BodyHashes.ToArray());
            Assert.Equal(claim.AcceptedAt, found.AcceptedAt);
            Assert.Equal(DeliveryState.Open, found.State);
            Assert.Equal(number + 1, after.Reader.OpenDeliveries().Count);
        }
    }

    [Fact]
    public async Task Committed_ThousandAtOnce_AllThereAfterReopening()
    {
        var path = _folder.File("state.db");
        using (var state = new LocalState(path))
        {
            var inserted = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number =>
                state.Claims.TryInsertAsync(Payments.Claim($"many-{number}", Now), CancellationToken.None)));
            Assert.All(inserted, Assert.Null);
        }

        using var reopened = new LocalState(path);
        Assert.Equal(1000, reopened.Reader.OpenDeliveries().Count);
    }

    [Fact]
    public async Task Record_FinalState_BringsClaimAndOutboxInOneTransaction()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var claim = Payments.Claim("final", Now);
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        var ended = state.Reader.FindDelivery(claim.DeliveryId)!.Delivery.Apply(Payments.Result(AttemptKind.Acknowledged, Now), Now.AddSeconds(1));

        await state.Writer.Enqueue(new RecordChange(ended)).Committed;

        using var after = state.AfterCrash(_folder.File("copy.db"));
        Assert.Equal(DeliveryState.Delivered, after.Reader.FindClaim("final")!.State);
        Assert.Equal(Now.AddSeconds(1), after.Reader.FindClaim("final")!.EndedAt);
        Assert.Empty(after.Reader.OpenDeliveries());
        Assert.Equal(claim.DeliveryId, Assert.Single(after.Reader.Outbox()).Delivery.DeliveryId);
        await after.Writer.Enqueue(new PublishedChange(claim.DeliveryId)).Committed;
        Assert.Empty(after.Reader.Outbox());
    }

    [Fact]
    public async Task Record_OlderState_DoesNotReplaceTheLaterOne()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var claim = Payments.Claim("order", Now);
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        var waiting = state.Reader.FindDelivery(claim.DeliveryId)!.Delivery.Apply(Payments.Result(AttemptKind.Unknown, Now), Now);
        var ended = waiting.TimerFired().Apply(Payments.Result(AttemptKind.Acknowledged, Now), Now);

        await state.Writer.Enqueue(new RecordChange(ended)).Committed;
        await state.Writer.Enqueue(new RecordChange(waiting)).Committed;

        Assert.Equal(DeliveryState.Delivered, state.Reader.FindDelivery(claim.DeliveryId)!.Delivery.State);
        Assert.Empty(state.Reader.OpenDeliveries());
    }

    [Fact]
    public async Task Snapshot_EveryMember_ComesBackAsItWas()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var claim = Payments.Claim("snapshot", Now);
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        var delivery = state.Reader.FindDelivery(claim.DeliveryId)!.Delivery
            .Apply(new DeliveryCommand { Id = "c1", Kind = CommandKind.SendNow, ExpectedAttempt = 2, Actor = "a", Reason = "r" }, Now)
            .Apply(Payments.Result(AttemptKind.Unknown, Now, "UNKNOWN_EXCEPTION") with { RetryAfter = TimeSpan.FromSeconds(3), SlowDown = true }, Now);

        await state.Writer.Enqueue(new RecordChange(delivery)).Committed;

        var found = state.Reader.FindDelivery(claim.DeliveryId)!.Delivery;
        Assert.Equal(Snapshots.Write(delivery), Snapshots.Write(found));
        Assert.Equal(delivery.Attempts, found.Attempts);
        Assert.Equal(delivery.Verdicts, found.Verdicts);
        Assert.Equal(delivery.Policy.RetryDelays.ToArray(), found.Policy.RetryDelays.ToArray());
    }

    [Fact]
    public async Task Enqueue_FileIsLocked_WaitsItOutAndLosesNothing()
    {
        using var state = new LocalState(_folder.File("state.db"));
        Task<Claim?> insert;
        using (var other = state.Database.Open())
        {
            StateDatabase.Execute(other, "BEGIN IMMEDIATE");
            insert = state.Claims.TryInsertAsync(Payments.Claim("locked", Now), CancellationToken.None);
            // Longer than SQLite itself waits for a lock.
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            Assert.False(insert.IsCompleted);
            StateDatabase.Execute(other, "ROLLBACK");
        }

        Assert.Null(await insert.WaitAsync(Eventually.Soon));
        Assert.NotNull(state.Reader.FindClaim("locked"));
    }

    [Fact]
    public async Task Enqueue_OneChangeCannotBeWritten_TheOthersOfItsGroupAre()
    {
        using var state = new LocalState(_folder.File("state.db"));
        StateChange bad;
        List<Task<Claim?>> good = [];
        using (var other = state.Database.Open())
        {
            // Held up so that all of them come to lie in one group.
            StateDatabase.Execute(other, "BEGIN IMMEDIATE");
            good.Add(state.Claims.TryInsertAsync(Payments.Claim("before", Now), CancellationToken.None));
            bad = state.Writer.Enqueue(new BadChange());
            good.Add(state.Claims.TryInsertAsync(Payments.Claim("after", Now), CancellationToken.None));
            StateDatabase.Execute(other, "ROLLBACK");
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => bad.Committed.WaitAsync(Eventually.Soon));
        Assert.All(await Task.WhenAll(good).WaitAsync(Eventually.Soon), Assert.Null);
        Assert.NotNull(state.Reader.FindClaim("before"));
        Assert.NotNull(state.Reader.FindClaim("after"));
    }

    [Fact]
    public void Open_FileOfAnotherVersion_SaysSo()
    {
        var path = _folder.File("state.db");
        using (var state = new LocalState(path))
        using (var connection = state.Database.Open())
        {
            StateDatabase.Execute(connection, "PRAGMA user_version = 99");
        }

        var fault = Assert.Throws<InvalidDataException>(() => new StateDatabase(path));
        Assert.Equal("The state file has schema version 99, this program knows versions up to 2.", fault.Message);
    }

    [Fact]
    public async Task Open_FileOfVersion1_KeepsItsClaimsAndTakesRedeliveries()
    {
        var path = _folder.File("state.db");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            StateDatabase.Execute(
                connection,
                """
                CREATE TABLE claims(payment_id TEXT NOT NULL PRIMARY KEY, payment_request_id TEXT, delivery_id TEXT NOT NULL, generation INTEGER NOT NULL,
                    body_hashes TEXT NOT NULL, first_message_id TEXT NOT NULL, accepted_at INTEGER NOT NULL, state TEXT NOT NULL, ended_at INTEGER,
                    duplicates INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
                CREATE TABLE deliveries(number INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, is_open INTEGER NOT NULL, sequence INTEGER NOT NULL,
                    snapshot BLOB NOT NULL, body BLOB NOT NULL) STRICT;
                CREATE INDEX deliveries_open ON deliveries(number) WHERE is_open = 1;
                CREATE TABLE outbox(delivery_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
                INSERT INTO claims VALUES ('p-1', NULL, 'np-p-1', 1, 'hash', 'm-1', 638000000000000000, 'Exhausted', 638000000000000000, 0);
                INSERT INTO deliveries VALUES (1, 'np-p-1', 0, 3, x'', x'7B7D');
                PRAGMA user_version = 1;
                """);
        }

        using var state = new LocalState(path);
        var seen = state.Reader.FindClaim("p-1")!;
        var next = Payments.Next(seen, Now);
        await state.Writer.Enqueue(new ReopenChange(seen, next, Delivery.Begin(DeliveryStart.Of(next, new DeliveryPolicy()), Now), Payments.Entry(next), state.Fresh)).Committed;

        Assert.Empty(seen.History);
        Assert.Equal(("np-p-1~2", "change-1"), (state.Reader.FindClaim("p-1")!.DeliveryId, state.Reader.FindClaim("p-1")!.History[0].Id));
    }

    private sealed class BadChange : StateChange
    {
        public override void Apply(WriteSession session) => throw new InvalidOperationException("cannot be written");
    }
}
