using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>The upkeep's ports in memory, each call able to fail once before and once after its effect, as a crash would.</summary>
internal sealed class UpkeepHost : IClaimStore, IClaimMaintenance, IDeliveryIndex, IDeliveryIndexMaintenance, IDeliveryInstances, IDeliveryStarter, ICommandSender, IPurgeBookmark
{
    public FakeTimeProvider Time { get; } = new(Given.Start);

    public ConcurrentDictionary<string, Claim> Claims { get; } = new();

    public ConcurrentDictionary<string, DeliveryIndexRow> Rows { get; } = new();

    public ConcurrentDictionary<string, DeliveryInstance> Instances { get; } = new();

    public List<DeliveryInput> Started { get; } = [];

    public List<(string DeliveryId, DeliveryCommand Command)> Sent { get; } = [];

    public List<string> Lines { get; } = [];

    public string? Bookmark { get; set; }

    public int PageSize { get; set; } = 2;

    /// <summary>How long each call takes.</summary>
    public TimeSpan CallTime { get; set; }

    public int? CallsUntilFault { get; set; }

    public bool EffectBeforeFault { get; set; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public IEnumerable<string> Alerts => Lines.Where(line => line.StartsWith("Error:", StringComparison.Ordinal));

    public Task<SweepReport> SweepAsync() =>
        new Sweeper(this, this, this, this, this, this, new DeliveryPolicy(), new RetentionPolicy(), Time, new Recorder<Sweeper>(Lines)).RunAsync(CancellationToken.None);

    public Task<SweepReport> SearchAsync() =>
        new StuckDeliverySearch(this, this, Time, new Recorder<StuckDeliverySearch>(Lines)).RunAsync(CancellationToken.None);

    public Task<PurgeReport> PurgeAsync() =>
        new Purge(this, this, this, this, new RetentionPolicy(), Time, new Recorder<Purge>(Lines)).RunAsync(CancellationToken.None);

    public Claim Claim(string paymentId = "p-1", int generation = 1, DeliveryState state = DeliveryState.Open, DateTimeOffset? endedAt = null) => Claims[paymentId] = new Claim
    {
        PaymentId = paymentId,
        DeliveryId = DeliveryIds.ForDelivery(paymentId, generation),
        Generation = generation,
        Body = "{}"u8.ToArray(),
        BodyHashes = ["hash"],
        FirstMessageId = "m-1",
        AcceptedAt = Given.Start.AddHours(-1),
        State = state,
        EndedAt = endedAt,
    };

    public DeliveryIndexRow Row(Claim claim, TimeSpan overdueBy, bool starting = false)
    {
        var row = DeliveryIndexRow.Starting(claim, Now - overdueBy);
        return Rows[claim.DeliveryId] = starting ? row : row with { StartingSince = null, Sequence = 3, AttemptCount = 1 };
    }

    public DeliveryInstance Instance(string deliveryId, InstanceStatus status, DeliveryReport? report = null, DateTimeOffset? createdAt = null) =>
        Instances[deliveryId] = new DeliveryInstance(deliveryId, status, createdAt ?? Now.AddHours(-1), createdAt ?? Now.AddHours(-1), report);

    public Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken) => Call(() => Claims.GetValueOrDefault(paymentId));

    public Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Claim?> FindAsync(string deliveryId, CancellationToken cancellationToken) => Call(() =>
        Claims.Values.SingleOrDefault(claim => DeliveryIds.ForPayment(claim.PaymentId) == DeliveryIds.PaymentKeyOf(deliveryId)));

    public Task<Claim?> ReopenAsync(Claim seen, Claim replacement, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EndedClaimPage> ListEndedAsync(DateTimeOffset endedBefore, int pageSize, string? continuation, CancellationToken cancellationToken) => Call(() =>
    {
        if (continuation is not null && !int.TryParse(continuation, out _))
        {
            throw new FormatException("not a place of this store");
        }

        // As a table does it: a page is a part of the keys, whatever of it fits the filter.
        var from = int.Parse(continuation ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var keys = Claims.Values.OrderBy(claim => claim.PaymentId, StringComparer.Ordinal).ToList();
        var page = keys.Skip(from).Take(PageSize).ToList();
        return new EndedClaimPage(
            [.. page.Where(claim => claim.EndedAt < endedBefore).Select(claim => new EndedClaim(claim.PaymentId, claim.DeliveryId, claim.Generation, claim.AcceptedAt, claim.EndedAt!.Value))],
            from + PageSize < keys.Count ? (from + page.Count(claim => !(claim.EndedAt < endedBefore))).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    });

    public Task<bool> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken) => Call(() => Claims.TryRemove(claim.PaymentId, out _));

    public Task UpsertAsync(DeliveryIndexRow row, CancellationToken cancellationToken) => Call(() => Rows[row.DeliveryId] = row);

    public Task<DeliveryIndexRow?> GetAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken) => Call(() => Rows.GetValueOrDefault(deliveryId));

    public Task<DeliveryIndexPage> ListOverdueAsync(DateOnly day, DateTimeOffset dueBefore, int pageSize, string? continuation, CancellationToken cancellationToken) => Call(() =>
    {
        var rows = Rows.Values
            .Where(row => DateOnly.FromDateTime(row.AcceptedAt.UtcDateTime) == day && row.State == DeliveryState.Open && row.NextDueAt < dueBefore)
            .OrderBy(row => row.DeliveryId, StringComparer.Ordinal)
            .Where(row => continuation is null || string.CompareOrdinal(row.DeliveryId, continuation) > 0)
            .ToList();
        return new DeliveryIndexPage([.. rows.Take(PageSize)], [], rows.Count > PageSize ? rows[PageSize - 1].DeliveryId : null);
    });

    public Task<bool> RemoveAsync(DeliveryIndexRow row, CancellationToken cancellationToken) => Call(() =>
        Rows.TryGetValue(row.DeliveryId, out var standing) && standing.Sequence == row.Sequence && Rows.TryRemove(row.DeliveryId, out _));

    public Task RemoveAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken) => Call(() => Rows.TryRemove(deliveryId, out _));

    Task<DeliveryInstance?> IDeliveryInstances.GetAsync(string deliveryId, CancellationToken cancellationToken) => Call(() => Instances.GetValueOrDefault(deliveryId));

    public async IAsyncEnumerable<DeliveryInstance> ListAsync(
        IReadOnlyList<InstanceStatus> statuses, DateTimeOffset createdBefore, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var instance in Instances.Values.Where(instance => statuses.Contains(instance.Status) && instance.CreatedAt < createdBefore))
        {
            await Task.Yield();
            yield return instance with { Report = null };
        }
    }

    public Task PurgeAsync(string deliveryId, CancellationToken cancellationToken) => Call(() => Instances.TryRemove(deliveryId, out _));

    public Task<StartResult> StartAsync(DeliveryInput input, CancellationToken cancellationToken) => Call(() =>
    {
        if (Instances.TryGetValue(input.DeliveryId, out var instance))
        {
            return instance.Status is InstanceStatus.Failed or InstanceStatus.Terminated ? StartResult.Broken : StartResult.AlreadyInHand;
        }

        Started.Add(input);
        Instance(input.DeliveryId, InstanceStatus.Pending, createdAt: Now);
        return StartResult.Started;
    });

    public Task SendAsync(string deliveryId, DeliveryCommand command, CancellationToken cancellationToken) => Call(() =>
    {
        Sent.Add((deliveryId, command));
        return 0;
    });

    Task<string?> IPurgeBookmark.GetAsync(CancellationToken cancellationToken) => Call(() => Bookmark);

    public Task SetAsync(string? continuation, CancellationToken cancellationToken) => Call(() => Bookmark = continuation);

    private async Task<T> Call<T>(Func<T> effect)
    {
        await Task.Yield();
        lock (Lines)
        {
            Time.Advance(CallTime);
            var fails = CallsUntilFault == 0;
            CallsUntilFault--;
            if (fails && !EffectBeforeFault)
            {
                throw new IOException("a fault of the infrastructure");
            }

            var value = effect();
            return fails ? throw new IOException("a fault of the infrastructure") : value;
        }
    }

    private sealed class Recorder<T>(List<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add($"{logLevel}: {formatter(state, exception)}");
            }
        }
    }
}
