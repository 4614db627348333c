using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Telemetry;
using FunctionsNotify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class RetentionPurgeTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly LocalState _state;
    private readonly FakeTimeProvider _time = new(Start);
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().AddSingleton<MaintenanceTelemetry>().BuildServiceProvider();

    public RetentionPurgeTests() => _state = new LocalState(_folder.File("state.db"));

    public void Dispose()
    {
        _state.Dispose();
        _folder.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task Run_HistoryAfterItsRetention_IsGoneAndTheClaimStillTellsConflictFromDuplicate()
    {
        var claim = await EndedAsync("p-1");
        _time.SetUtcNow(Start.AddDays(31));

        Assert.Equal((1, 0), await PurgeAsync());

        Assert.Null(_state.Reader.FindDelivery(claim.DeliveryId));
        var standing = await _state.Claims.TryInsertAsync(Payments.Claim("p-1", Start, "message-2"), default);
        Assert.Equal((DeliveryState.Delivered, claim.BodyHashes[0]), (standing!.State, standing.BodyHashes[0]));
        Assert.Equal(claim.Body.ToArray(), standing.Body.ToArray());
        Assert.Equal((0, 0), await PurgeAsync());
    }

    [Fact]
    public async Task Run_BeforeTheRetention_Keeps()
    {
        var claim = await EndedAsync("p-1");
        _time.SetUtcNow(Start.AddDays(30));

        Assert.Equal((0, 0), await PurgeAsync());
        Assert.NotNull(_state.Reader.FindDelivery(claim.DeliveryId));
    }

    [Fact]
    public async Task Run_ClaimAfterItsRetention_IsGoneWithItsDelivery()
    {
        var claim = await EndedAsync("p-1");
        _time.SetUtcNow(Start.AddDays(401));

        Assert.Equal((1, 1), await PurgeAsync());

        Assert.Null(_state.Reader.FindClaim("p-1"));
        Assert.Null(_state.Reader.FindDelivery(claim.DeliveryId));
        Assert.Null(await _state.Claims.TryInsertAsync(Payments.Claim("p-1", _time.GetUtcNow()), default));
    }

    [Fact]
    public async Task Run_OpenOrNotYetPublished_IsNeverTouched()
    {
        var open = Payments.Claim("open", Start);
        await _state.Claims.TryInsertAsync(open, default);
        var unpublished = await EndedAsync("unpublished", published: false);
        _time.SetUtcNow(Start.AddDays(4000));

        Assert.Equal((0, 0), await PurgeAsync());

        Assert.Single(_state.Reader.OpenDeliveries());
        Assert.Equal(unpublished.DeliveryId, Assert.Single(_state.Reader.Outbox()).Delivery.DeliveryId);
    }

    [Fact]
    public async Task Run_MoreThanOneWindow_RemovesAll()
    {
        const int Count = RetentionPurge.Window + 7;
        await Task.WhenAll(Enumerable.Range(0, Count).Select(number => EndedAsync($"p-{number}")));
        _time.SetUtcNow(Start.AddDays(401));

        Assert.Equal((Count, Count), await PurgeAsync());
    }

    [Fact]
    public async Task Start_RunsAtOnceAndEveryDay()
    {
        await EndedAsync("p-1");
        _time.SetUtcNow(Start.AddDays(30).AddHours(1));
        await using var purge = Purge();

        purge.Start();

        await Eventually.BecomesTrueAsync(() => Task.FromResult(_state.Reader.FindDelivery("np-p-1") is null), TimeSpan.FromSeconds(30), "the first run");
        var second = await EndedAsync("p-2");
        await Eventually.BecomesTrueAsync(
            () =>
            {
                // Again and again: the next wait may not have begun with the first look.
                _time.Advance(TimeSpan.FromDays(1));
                return Task.FromResult(_state.Reader.FindDelivery(second.DeliveryId) is null);
            },
            TimeSpan.FromSeconds(30),
            "a daily run");
    }

    [Fact]
    public async Task Run_PaymentOfSeveralDeliveries_EmptiesAndRemovesAllOfThem()
    {
        var first = await EndedAsync("p-1");
        var second = await RedeliveredAsync(first);
        _time.SetUtcNow(Start.AddDays(31));

        Assert.Equal((1, 0), await PurgeAsync());
        Assert.Null(_state.Reader.FindDelivery(first.DeliveryId));
        Assert.Null(_state.Reader.FindDelivery(second.DeliveryId));
        Assert.Single(_state.Reader.FindClaim("p-1")!.History);

        _time.SetUtcNow(Start.AddDays(401));
        Assert.Equal((0, 1), await PurgeAsync());
        using var connection = _state.Database.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM deliveries";
        Assert.Equal(0L, count.ExecuteScalar());
    }

    private RetentionPurge Purge() => new(_state.Writer, new RetentionPolicy(), _meters.GetRequiredService<MaintenanceTelemetry>(), _time, NullLogger<RetentionPurge>.Instance);

    private async Task<(int Histories, int Claims)> PurgeAsync()
    {
        await using var purge = Purge();
        return await purge.RunAsync(CancellationToken.None);
    }

    private async Task<Claim> EndedAsync(string paymentId, bool published = true)
    {
        var claim = Payments.Claim(paymentId, Start);
        Assert.Null(await _state.Claims.TryInsertAsync(claim, CancellationToken.None));
        var ended = _state.Reader.FindDelivery(claim.DeliveryId)!.Delivery.Apply(Payments.Result(AttemptKind.Acknowledged, Start), Start);
        await _state.Writer.Enqueue(new RecordChange(ended)).Committed;
        if (published)
        {
            await _state.Writer.Enqueue(new PublishedChange(claim.DeliveryId)).Committed;
        }

        return claim;
    }

    private async Task<Claim> RedeliveredAsync(Claim ended)
    {
        var seen = _state.Reader.FindClaim(ended.PaymentId)!;
        var next = Payments.Next(seen, Start);
        var change = _state.Writer.Enqueue(new ReopenChange(seen, next, Delivery.Begin(DeliveryStart.Of(next, new DeliveryPolicy()), Start), Payments.Entry(next), _state.Fresh));
        await change.Committed;
        Assert.Null(change.Standing);
        var delivered = _state.Reader.FindDelivery(next.DeliveryId)!.Delivery.Apply(Payments.Result(AttemptKind.Acknowledged, Start), Start);
        await _state.Writer.Enqueue(new RecordChange(delivered)).Committed;
        await _state.Writer.Enqueue(new PublishedChange(next.DeliveryId)).Committed;
        return next;
    }
}
