using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>Many ended payments in memory, with a redelivery that can be cut off after so many, as by a crash.</summary>
internal sealed class ManyPayments : IClaimStore, IReopening, IDeliveryListing, IAuditLog
{
    private readonly Lock _lock = new();

    public SortedDictionary<string, Claim> Claims { get; } = new(StringComparer.Ordinal);

    /// <summary>What a list of the index would hold: each delivery that has ended, in the order of their payments.</summary>
    public List<DeliveryIndexRow> Rows { get; } = [];

    public List<string> Started { get; } = [];

    public List<AuditEntry> Audited { get; } = [];

    public HashSet<string> Faulty { get; } = [];

    public int? CrashAfter { get; set; }

    public CancellationTokenSource Crash { get; } = new();

    public BulkRedelivery Bulk
    {
        get
        {
            var trail = new AuditTrail(this, TimeProvider.System, NullLoggerFactory.Instance);
            return new(new RedeliveryOperation(this, this, trail, TimeProvider.System, NullLogger<RedeliveryOperation>.Instance), this, trail, NullLogger<BulkRedelivery>.Instance);
        }
    }

    public void Add(string paymentId, DeliveryState state = DeliveryState.Exhausted)
    {
        var claim = Claims[paymentId] = GivenClaim.Of(state, paymentId: paymentId);
        Rows.Add(DeliveryIndexRow.Starting(claim, GivenClaim.Now) with { State = state, StartingSince = null });
    }

    public void End(string paymentId, DeliveryState state)
    {
        var claim = Claims[paymentId] = Claims[paymentId] with { State = state, EndedAt = GivenClaim.Now };
        if (state != DeliveryState.Delivered)
        {
            Rows.Add(DeliveryIndexRow.Starting(claim, GivenClaim.Now) with { State = state, StartingSince = null });
        }
    }

    public Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Faulty.Contains(paymentId) ? throw new IOException("a fault") : Claims.GetValueOrDefault(paymentId));
        }
    }

    public Task<DeliveryStand> LookAsync(Claim open, CancellationToken cancellationToken) =>
        Task.FromResult(open.PaymentId.StartsWith("broken", StringComparison.Ordinal) ? DeliveryStand.Broken : DeliveryStand.InHand);

    public Task StartAsync(Claim open, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<Claim?> ReopenAsync(Claim seen, Claim replacement, AuditEntry entry, CancellationToken cancellationToken)
    {
        await Task.Yield();
        lock (_lock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Claims[seen.PaymentId].DeliveryId != seen.DeliveryId)
            {
                return Claims[seen.PaymentId];
            }

            Claims[seen.PaymentId] = replacement;
            Started.Add(replacement.DeliveryId);
            if (Started.Count == CrashAfter)
            {
                Crash.Cancel();
            }

            return null;
        }
    }

    public Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        var start = int.Parse(continuation ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var page = Rows.Skip(start).Take(max).ToList();
        var next = start + page.Count;
        return Task.FromResult(new DeliveryListPage(
            [.. page.Where(row => filter.States.Count == 0 || filter.States.Contains(row.State))],
            next < Rows.Count ? next.ToString(System.Globalization.CultureInfo.InvariantCulture) : null));
    }

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Audited.Add(entry);
            return Task.CompletedTask;
        }
    }

    public Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken) => throw new NotSupportedException();
}
