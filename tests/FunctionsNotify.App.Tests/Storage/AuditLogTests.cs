namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class AuditLogTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 23, 59, 58, TimeSpan.Zero);

    private NotifyTable _table = null!;
    private AuditLog _log = null!;

    public async Task InitializeAsync()
    {
        _table = await TableFixture.NewTableAsync(azurite);
        _log = new AuditLog(_table);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task WriteAsync_WholeEntry_IsReadAsItWas()
    {
        var entry = Entry(0) with { QuarantineId = "20260304/x.json", DeliveryId = "np-p~0002", Reason = "it's <b>\"why\"</b> ✓" };

        await _log.WriteAsync(entry, default);

        Assert.Equal([entry], (await ListAsync()).Entries);
    }

    [Fact]
    public async Task WriteAsync_SameIdAgain_ReplacesItsOutcome()
    {
        await _log.WriteAsync(Entry(0), default);
        await _log.WriteAsync(Entry(0) with { Outcome = AuditEntry.Accepted }, default);

        Assert.Equal(AuditEntry.Accepted, Assert.Single((await ListAsync()).Entries).Outcome);
    }

    [Fact]
    public async Task WriteAsync_NoTable_MakesIt()
    {
        var missing = TableFixture.Connection(azurite).Table(AzuriteFixture.NewName("t"), transport: null);

        await new AuditLog(missing).WriteAsync(Entry(0), default);

        Assert.Single((await new AuditLog(missing).ListAsync(new AuditFilter(At.AddDays(-1), At.AddDays(1)), 10, null, default)).Entries);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task ListAsync_PageByPage_GivesEachOnceNewestFirstWithinTheBounds(int pageSize)
    {
        // From one second before to nine after midnight, and a day without any before that.
        var entries = Enumerable.Range(-1, 11).Select(seconds => Entry(seconds)).ToList();
        entries.Add(Entry(0) with { Id = "another-of-that-tick" });
        entries.Add(Entry(-2 * 86_400));
        foreach (var entry in entries)
        {
            await _log.WriteAsync(entry, default);
        }

        var (from, to) = (At.AddDays(-2), At.AddSeconds(8));
        var listed = new List<AuditEntry>();
        string? continuation = null;
        do
        {
            var page = await _log.ListAsync(new AuditFilter(from, to), pageSize, continuation, default);
            Assert.InRange(page.Entries.Count, 0, pageSize);
            listed.AddRange(page.Entries);
            continuation = page.Continuation;
        }
        while (continuation is not null);

        Assert.Equal(entries.Where(entry => entry.At >= from && entry.At < to).OrderByDescending(entry => entry.At).ThenBy(entry => entry.Id, StringComparer.Ordinal), listed);
    }

    [Theory]
    [InlineData("p' or PartitionKey ne '")]
    [InlineData("p' or '1' eq '1")]
    [InlineData("p\"; <script>")]
    public async Task ListAsync_OfAPayment_FindsItsOwnAndNoFilterIsInjected(string paymentId)
    {
        await _log.WriteAsync(Entry(0), default);
        Assert.Empty((await ListAsync(paymentId)).Entries);

        await _log.WriteAsync(Entry(1) with { PaymentId = paymentId }, default);
        Assert.Equal(paymentId, Assert.Single((await ListAsync(paymentId)).Entries).PaymentId);
    }

    [Fact]
    public async Task ListAsync_LongTimeWithoutEntries_EndsAfterBoundedPages()
    {
        await _log.WriteAsync(Entry(0), default);
        var pages = 0;
        string? continuation = null;
        do
        {
            continuation = (await _log.ListAsync(new AuditFilter(At.AddDays(-1), At.AddDays(250)), 10, continuation, default)).Continuation;
            pages++;
        }
        while (continuation is not null);

        Assert.Equal(3, pages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("20260304")]
    [InlineData("2026030x/1")]
    [InlineData("20990101/1")]
    [InlineData("20260304/\u0001")]
    public async Task ListAsync_ForeignContinuation_IsRefused(string continuation) =>
        await Assert.ThrowsAsync<ArgumentException>(nameof(continuation), () => _log.ListAsync(new AuditFilter(At.AddDays(-1), At.AddDays(1)), 10, continuation, default));

    private static AuditEntry Entry(int seconds) => new()
    {
        Id = $"0199-{seconds + 100_000_000:D9}",
        At = At.AddSeconds(seconds),
        Actor = "ann",
        Action = AuditActions.Redeliver,
        PaymentId = "p",
        Outcome = AuditEntry.Begun,
    };

    private Task<AuditPage> ListAsync(string? paymentId = null) => _log.ListAsync(new AuditFilter(At.AddDays(-1), At.AddDays(1), paymentId), 100, null, default);
}
