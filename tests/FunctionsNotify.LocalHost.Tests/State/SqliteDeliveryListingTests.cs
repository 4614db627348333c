using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Testing;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class SqliteDeliveryListingTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static DeliveryListFilter Week(params DeliveryState[] states) => new(states, null, Now.AddDays(-7), Now.AddDays(1));

    private LocalState State(string name = "state.db") => new(_folder.File(name));

    private static Task WriteAsync(LocalState state, DeliveryIndexRow row) => state.Writer.Enqueue(new IndexChange(row)).Committed;

    private static async Task<Delivery> AcceptAsync(LocalState state, string paymentId, string? request, params AttemptKind[] kinds)
    {
        var claim = Payments.Claim(paymentId, Now) with { PaymentRequestId = request };
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        var delivery = state.Reader.FindDelivery(claim.DeliveryId)!.Delivery;
        foreach (var kind in kinds)
        {
            delivery = (delivery.Phase == DeliveryPhase.Waiting ? delivery.TimerFired() : delivery).Apply(Payments.Result(kind, Now, $"{kind}"), Now);
            await state.Writer.Enqueue(new RecordChange(delivery)).Committed;
        }

        return delivery;
    }

    private static IReadOnlyList<DeliveryIndexRow> List(LocalState state, DeliveryListFilter filter) =>
        new SqliteDeliveryListing(state.Database).ListAsync(filter, 100, null, CancellationToken.None).Result.Rows;

    [Fact]
    public async Task ListAsync_WhileRowsAreAddedAndChanged_GivesEachThatStandsStillOnceNewestFirst()
    {
        var pages = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            using var state = State($"{seed}.db");
            pages += await ListingWalk.RunAsync(new SqliteDeliveryListing(state.Database), row => WriteAsync(state, row), seed);
        }

        Assert.True(pages > 100, $"{pages} pages");
    }

    [Fact]
    public async Task ListAsync_DeliveriesThatTheEngineRecorded_ListsWhatDidNotSucceedAtOnce()
    {
        using var state = State();
        await AcceptAsync(state, "at-once", null, AttemptKind.Acknowledged);
        await AcceptAsync(state, "fresh", null);
        var late = await AcceptAsync(state, "late", null, AttemptKind.Unknown, AttemptKind.Acknowledged);
        var rejected = await AcceptAsync(state, "rejected", null, AttemptKind.Rejected);
        var waiting = await AcceptAsync(state, "waiting", null, AttemptKind.NoResult);

        Assert.Equal([DeliveryIndexRow.Of(waiting), DeliveryIndexRow.Of(rejected), DeliveryIndexRow.Of(late)], List(state, Week()));
        Assert.Equal([DeliveryIndexRow.Of(rejected)], List(state, Week(DeliveryState.Rejected)));
        Assert.Equal([DeliveryIndexRow.Of(waiting), DeliveryIndexRow.Of(late)], List(state, Week(DeliveryState.Open, DeliveryState.Delivered, DeliveryState.Open)));
        Assert.Equal([DeliveryIndexRow.Of(rejected)], List(state, Week() with { ResultCode = "Rejected" }));
        Assert.Empty(List(state, Week(DeliveryState.Open) with { ResultCode = "Rejected" }));
    }

    [Fact]
    public async Task ListAsync_PaymentRequestId_GivesEveryPaymentAlsoThoseThatSucceededAtOnce()
    {
        using var state = State();
        await AcceptAsync(state, "at-once", "order-1", AttemptKind.Acknowledged);
        await AcceptAsync(state, "fresh", "order-1");
        var rejected = await AcceptAsync(state, "rejected", "order-1", AttemptKind.Rejected);
        await AcceptAsync(state, "other", "order-2", AttemptKind.Rejected);
        await AcceptAsync(state, "none", null, AttemptKind.Rejected);

        var rows = List(state, Week() with { PaymentRequestId = "order-1" });

        Assert.Equal(["rejected", "fresh", "at-once"], rows.Select(row => row.PaymentId));
        Assert.Equal(DeliveryIndexRow.Of(rejected), rows[0]);
        Assert.Equal((DeliveryState.Open, 0, Now), (rows[1].State, rows[1].AttemptCount, rows[1].NextDueAt));
        Assert.Equal((DeliveryState.Delivered, 1, AttemptKind.Acknowledged, "Acknowledged"), (rows[2].State, rows[2].AttemptCount, rows[2].LastKind, rows[2].LastResultCode));
        Assert.Equal(["at-once"], List(state, Week(DeliveryState.Delivered) with { PaymentRequestId = "order-1" }).Select(row => row.PaymentId));
        Assert.Equal(["rejected"], List(state, Week() with { PaymentRequestId = "order-1", ResultCode = "Rejected" }).Select(row => row.PaymentId));
        Assert.Empty(List(state, Week() with { PaymentRequestId = "' OR 1=1 --" }));
    }

    [Fact]
    public async Task ListAsync_RedeliveredPayment_ListsBothDeliveries()
    {
        using var state = State();
        await AcceptAsync(state, "p", "order-1", AttemptKind.Rejected);
        var seen = state.Reader.FindClaim("p")!;
        var next = Payments.Next(seen, Now);
        await state.Writer.Enqueue(new ReopenChange(seen, next, Delivery.Begin(DeliveryStart.Of(next, new DeliveryPolicy()), Now), Payments.Entry(next), state.Fresh)).Committed;

        Assert.Equal([("np-p~2", DeliveryState.Open), ("np-p", DeliveryState.Rejected)], List(state, Week()).Select(row => (row.DeliveryId, row.State)));
        Assert.Equal(["np-p~2", "np-p"], List(state, Week() with { PaymentRequestId = "order-1" }).Select(row => row.DeliveryId));
    }

    [Fact]
    public async Task PurgeClaims_EndedPayment_TakesItsRowsToo()
    {
        using var state = State();
        await AcceptAsync(state, "p", null, AttemptKind.Rejected);
        await state.Writer.Enqueue(new PublishedChange("np-p")).Committed;
        await AcceptAsync(state, "stays", null, AttemptKind.NoResult);

        await state.Writer.Enqueue(new PurgeClaimsChange(Now.AddDays(1), 10)).Committed;

        Assert.Equal(["stays"], List(state, Week()).Select(row => row.PaymentId));
    }

    [Fact]
    public async Task CountAsync_RowsOfAllStates_CountsRecentEndedAndAllOverdueOnes()
    {
        using var state = State();
        await AcceptAsync(state, "rejected", null, AttemptKind.Rejected);
        await AcceptAsync(state, "late", null, AttemptKind.Unknown, AttemptKind.Acknowledged);
        await AcceptAsync(state, "waiting", null, AttemptKind.NoResult);
        var counts = new SqliteDeliveryCounts(state.Database);

        var all = await counts.CountAsync(Now, Now.AddDays(1), CancellationToken.None);
        var none = await counts.CountAsync(Now.AddTicks(1), Now, CancellationToken.None);

        Assert.Equal((1, 1, 1, true), (all.Overdue, all.Ended[DeliveryState.Rejected], all.Ended[DeliveryState.Delivered], all.IsComplete));
        Assert.Equal((0, 0), (none.Overdue, none.Ended.Count));
    }

    [Theory]
    [InlineData(null, null, "delivery_index_newest")]
    [InlineData(null, "PROCESS_FAIL", "delivery_index_newest")]
    [InlineData(DeliveryState.Open, null, "delivery_index_by_state")]
    [InlineData(DeliveryState.Rejected, "PROCESS_FAIL", "delivery_index_by_state")]
    public void Query_OfAnyFilter_IsOneWalkAlongAnIndex(DeliveryState? state, string? code, string index)
    {
        using var file = State();
        var plan = Plan(file, SqliteDeliveryListing.Query(Week() with { ResultCode = code }, state));

        Assert.StartsWith($"SEARCH delivery_index USING INDEX {index} ", Assert.Single(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Query_ByPaymentRequestId_ScansNoTable()
    {
        using var file = State();
        var plan = Plan(file, SqliteDeliveryListing.Query(Week() with { PaymentRequestId = "order-1" }, null));

        Assert.Contains(plan, step => step.Contains("claims_by_request", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.Contains("subquery", StringComparison.OrdinalIgnoreCase) && !step.Contains('(', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("639081792000000000")]
    public async Task ListAsync_ContinuationThatNoPageGave_IsRefusedByName(string continuation)
    {
        using var state = State();
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => new SqliteDeliveryListing(state.Database).ListAsync(Week(), 10, continuation, CancellationToken.None));

        Assert.Equal("continuation", fault.ParamName);
    }

    private static List<string> Plan(LocalState state, string query)
    {
        using var connection = state.Database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {query}";
        foreach (var name in new[] { "$from", "$at", "$id", "$limit", "$state", "$code", "$request" })
        {
            command.Parameters.AddWithValue(name, 1);
        }

        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }
}

/// <summary>A row of the index as it is.</summary>
internal sealed class IndexChange(DeliveryIndexRow row) : StateChange
{
    public override void Apply(WriteSession session) => session.UpsertIndex(row);
}
