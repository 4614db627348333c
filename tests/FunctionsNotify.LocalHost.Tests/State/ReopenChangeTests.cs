using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class ReopenChangeTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly LocalState _state;

    public ReopenChangeTests() => _state = new LocalState(_folder.File("state.db"));

    public void Dispose()
    {
        _state.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Apply_AsSeen_RecordsClaimDeliveryAndAuditTogether()
    {
        var seen = await EndedAsync("p-1");
        var next = Payments.Next(seen, Now, key: "k") with { Body = "{\"b\":1}"u8.ToArray(), BodyHashes = [.. seen.BodyHashes, "other"] };

        Assert.Null(await ReopenAsync(seen, next));

        using var after = _state.AfterCrash(_folder.File("crashed.db"));
        var standing = after.Reader.FindClaim("p-1")!;
        Assert.Equal(("np-p-1~2", 2, DeliveryState.Open, null), (standing.DeliveryId, standing.Generation, standing.State, standing.EndedAt));
        Assert.Equal(next.Body.ToArray(), standing.Body.ToArray());
        Assert.Equal(next.BodyHashes.ToArray(), standing.BodyHashes.ToArray());
        Assert.Equal(next.History.ToArray(), standing.History.ToArray());
        Assert.Equal("np-p-1", Assert.Single(after.Reader.OpenDeliveries()).Delivery.Supersedes);
        var page = await new SqliteAuditLog(after.Writer, after.Database).ListAsync(new AuditFilter(Now, Now.AddTicks(1), "p-1"), 10, null, default);
        Assert.Equal([Payments.Entry(next) with { Outcome = AuditEntry.Accepted }], page.Entries);
    }

    [Fact]
    public async Task Apply_ManyAtOnce_OneStandsAndTheOthersAreToldAndOnRecord()
    {
        for (var round = 0; round < 20; round++)
        {
            var seen = await EndedAsync($"p-{round}");
            var candidates = Enumerable.Range(0, 4).Select(number => Payments.Next(seen, Now.AddMinutes(round), $"change-{round}-{number}")).ToList();

            var standing = await Task.WhenAll(candidates.Select(next => Task.Run(() => ReopenAsync(seen, next))));

            var winner = Assert.Single(candidates, next => standing[candidates.IndexOf(next)] is null);
            Assert.Equal(winner.History.ToArray(), _state.Reader.FindClaim(seen.PaymentId)!.History.ToArray());
            var page = await new SqliteAuditLog(_state.Writer, _state.Database).ListAsync(new AuditFilter(Now, Now.AddDays(1), seen.PaymentId), 10, null, default);
            Assert.Equal((4, 1), (page.Entries.Count, page.Entries.Count(entry => entry.Outcome == AuditEntry.Accepted)));
        }
    }

    [Fact]
    public async Task Apply_OpenClaim_LeavesIt()
    {
        var seen = await EndedAsync("p-1");
        await ReopenAsync(seen, Payments.Next(seen, Now, "first"));

        Assert.Equal("np-p-1~2", (await ReopenAsync(seen, Payments.Next(seen, Now, "second")))!.DeliveryId);
        Assert.Single(_state.Reader.OpenDeliveries());
    }

    [Fact]
    public async Task Apply_SameChangeAgain_StandsAndAddsNothing()
    {
        var seen = await EndedAsync("p-1");
        var next = Payments.Next(seen, Now);
        await ReopenAsync(seen, next);

        Assert.Null(await ReopenAsync(seen, next));
        Assert.Single(_state.Reader.OpenDeliveries());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Audit_PageByPage_GivesEachOnceNewestFirst(int pageSize)
    {
        var log = new SqliteAuditLog(_state.Writer, _state.Database);
        var entries = Enumerable.Range(0, 9).Select(number => new AuditEntry
        {
            Id = $"id-{number}",
            At = Now.AddSeconds(number / 2),
            Action = AuditActions.Cancel,
            PaymentId = number % 2 == 0 ? "p' OR '1'='1" : "q",
            Outcome = AuditEntry.Begun,
        }).ToList();
        foreach (var entry in entries)
        {
            await log.WriteAsync(entry, default);
        }

        await log.WriteAsync(entries[3] with { Outcome = AuditEntry.Accepted }, default);
        entries[3] = entries[3] with { Outcome = AuditEntry.Accepted };
        foreach (var paymentId in new[] { null, "p' OR '1'='1", "other" })
        {
            var listed = new List<AuditEntry>();
            string? continuation = null;
            do
            {
                var page = await log.ListAsync(new AuditFilter(Now, Now.AddSeconds(4), paymentId), pageSize, continuation, default);
                listed.AddRange(page.Entries);
                continuation = page.Continuation;
            }
            while (continuation is not null);

            Assert.Equal(
                entries.Where(entry => entry.At < Now.AddSeconds(4) && (paymentId is null || entry.PaymentId == paymentId)).OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id, StringComparer.Ordinal),
                listed);
        }

        await Assert.ThrowsAsync<ArgumentException>("continuation", () => log.ListAsync(new AuditFilter(Now, Now.AddDays(1)), 10, "x/y", default));
    }

    private async Task<Claim?> ReopenAsync(Claim seen, Claim next)
    {
        var change = _state.Writer.Enqueue(new ReopenChange(seen, next, Delivery.Begin(DeliveryStart.Of(next, new DeliveryPolicy()), Now), Payments.Entry(next), _state.Fresh));
        await change.Committed;
        return change.Standing;
    }

    private async Task<Claim> EndedAsync(string paymentId)
    {
        var claim = Payments.Claim(paymentId, Now);
        await _state.Claims.TryInsertAsync(claim, default);
        var ended = _state.Reader.FindDelivery(claim.DeliveryId)!.Delivery.Apply(Payments.Result(AttemptKind.Rejected, Now, "PROCESS_FAIL"), Now);
        await _state.Writer.Enqueue(new RecordChange(ended)).Committed;
        return _state.Reader.FindClaim(paymentId)!;
    }
}
