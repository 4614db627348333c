using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>One payment on ports in memory, its delivery broken at first; each call able to fail once before or after its effect, as a crash would.</summary>
internal sealed class RepairHost : IClaimStore, IClaimMaintenance, IDeliveryIndex, IDeliveryInstances, IDeliveryStarter, IAuditLog
{
    private readonly Lock _lock = new();

    public Claim? Claim { get; set; } = new()
    {
        PaymentId = "p-1",
        DeliveryId = "np-p-1",
        Body = "{\"a\":1}"u8.ToArray(),
        BodyHashes = ["hash"],
        FirstMessageId = "m-1",
        AcceptedAt = DateTimeOffset.UnixEpoch,
    };

    public Dictionary<string, DeliveryIndexRow> Rows { get; } = [];

    public Dictionary<string, InstanceStatus> Instances { get; } = new() { ["np-p-1"] = InstanceStatus.Failed };

    public List<DeliveryInput> Started { get; } = [];

    /// <summary>What was changed, in order.</summary>
    public List<string> Steps { get; } = [];

    public int? CallsUntilFault { get; set; }

    public bool EffectBeforeFault { get; set; }

    /// <summary>Every entry as it stands, by id.</summary>
    public Dictionary<string, AuditEntry> Audit { get; } = [];

    /// <summary>True when the audit log cannot be written.</summary>
    public bool AuditIsDown { get; set; }

    public AuditTrail Trail => new(this, TimeProvider.System, NullLoggerFactory.Instance);

    public IReopening Reopening => new IndexedReopening(this, this, this, this, Trail, new DeliveryPolicy(), TimeProvider.System);

    public IRepair Repair => new RepairOperation(this, Reopening, Trail, NullLogger<RepairOperation>.Instance);

    public IRedelivery Redelivery => new RedeliveryOperation(this, Reopening, Trail, TimeProvider.System, NullLogger<RedeliveryOperation>.Instance);

    public void End(DeliveryState state)
    {
        Claim = Claim! with { State = state, EndedAt = DateTimeOffset.UnixEpoch.AddHours(1) };
        Instances[Claim.DeliveryId] = InstanceStatus.Completed;
    }

    public Task<RepairAnswer> RepairAsync() => Repair.RepairAsync("p-1", new CommandRequest { Actor = "ann", Reason = "mended" }, CancellationToken.None);

    public Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken) => Call(() => Claim?.PaymentId == paymentId ? Claim : null);

    public Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Claim?> FindAsync(string deliveryId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Claim?> ReopenAsync(Claim seen, Claim replacement, CancellationToken cancellationToken) => Call(() =>
    {
        if (Claim!.History.Any(made => made.Id == replacement.History[^1].Id))
        {
            return null;
        }

        if (Claim.DeliveryId != seen.DeliveryId || Claim.State != seen.State)
        {
            return Claim;
        }

        // No change is ever without its entry.
        Assert.Contains(replacement.History[^1].Id, Audit.Keys);
        Steps.Add("claim");
        Claim = replacement;
        return null;
    });

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken) => Call(() =>
    {
        if (AuditIsDown)
        {
            throw new IOException("the audit log is away");
        }

        return Audit[entry.Id] = entry;
    });

    public Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken) =>
        Task.FromResult(new AuditPage([.. Audit.Values.OrderByDescending(entry => entry.At).Take(max)], null));

    public Task<EndedClaimPage> ListEndedAsync(DateTimeOffset endedBefore, int pageSize, string? continuation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemoveAsync(EndedClaim claim, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UpsertAsync(DeliveryIndexRow row, CancellationToken cancellationToken) => Call(() =>
    {
        Steps.Add("row");
        return Rows[row.DeliveryId] = row;
    });

    public Task<DeliveryIndexRow?> GetAsync(string deliveryId, DateTimeOffset acceptedAt, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<DeliveryInstance?> IDeliveryInstances.GetAsync(string deliveryId, CancellationToken cancellationToken) => Call(() =>
        Instances.TryGetValue(deliveryId, out var status) ? new DeliveryInstance(deliveryId, status, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) : null);

    public IAsyncEnumerable<DeliveryInstance> ListAsync(IReadOnlyList<InstanceStatus> statuses, DateTimeOffset createdBefore, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PurgeAsync(string deliveryId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StartResult> StartAsync(DeliveryInput input, CancellationToken cancellationToken) => Call(() =>
    {
        if (Instances.TryGetValue(input.DeliveryId, out var status))
        {
            return status == InstanceStatus.Failed ? StartResult.Broken : StartResult.AlreadyInHand;
        }

        Steps.Add("start");
        Instances[input.DeliveryId] = InstanceStatus.Running;
        Started.Add(input);
        return StartResult.Started;
    });

    private async Task<T> Call<T>(Func<T> effect)
    {
        await Task.Yield();
        lock (_lock)
        {
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
}
