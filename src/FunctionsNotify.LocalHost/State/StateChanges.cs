using System.Text.Json;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>A new payment: its claim and its delivery, in one transaction, so that no claim is ever without its delivery.</summary>
internal sealed class AcceptChange(Claim claim, Delivery delivery, FreshDeliveries fresh) : StateChange
{
    // Serialized by the caller: the writer's thread is the one that everybody waits for.
    private readonly byte[] _snapshot = Snapshots.Write(delivery);
    private readonly byte[] _body = claim.Body.ToArray();

    /// <summary>The claim that stood already; null when this one was inserted.</summary>
    public Claim? Standing { get; private set; }

    public override void Apply(WriteSession session)
    {
        Standing = null;
        if (session.TryInsertClaim(claim))
        {
            session.TryInsertDelivery(delivery.DeliveryId, delivery.Sequence, _snapshot, _body);
        }
        else
        {
            Standing = session.FindClaim(claim.PaymentId);
        }
    }

    protected override void OnCommitted()
    {
        if (Standing is null)
        {
            fresh.Add(delivery);
        }
    }
}

/// <summary>A delivery's new state. The final one brings the claim's end and the outcome's place in the outbox with it.</summary>
internal sealed class RecordChange(Delivery delivery) : StateChange
{
    private readonly byte[] _snapshot = Snapshots.Write(delivery);

    public override void Apply(WriteSession session)
    {
        var isFinal = delivery.Phase == DeliveryPhase.Final;
        var isLatest = session.UpdateDelivery(delivery.DeliveryId, !isFinal, delivery.Sequence, _snapshot);
        if (isLatest && IndexRows.IsListed(delivery))
        {
            session.UpsertIndex(DeliveryIndexRow.Of(delivery));
        }

        if (isFinal && isLatest)
        {
            session.FinishClaim(delivery.PaymentId, delivery.DeliveryId, delivery.State, delivery.DueAt);
            session.AddToOutbox(delivery.DeliveryId);
        }
    }
}

/// <summary>
/// A payment's new delivery: claim, delivery and audit entry in one transaction, so that none of them is ever without the
/// others.
/// </summary>
internal sealed class ReopenChange(Claim seen, Claim replacement, Delivery delivery, AuditEntry entry, FreshDeliveries fresh) : StateChange
{
    private readonly byte[] _snapshot = Snapshots.Write(delivery);
    private readonly byte[] _body = replacement.Body.ToArray();
    private AuditEntry? _written;

    /// <summary>The claim that stands in the replacement's place; null when that stands.</summary>
    public Claim? Standing { get; private set; }

    /// <summary>The entry as it was written.</summary>
    public AuditEntry Written => _written ?? entry;

    public override void Apply(WriteSession session)
    {
        Standing = null;
        if (session.ReopenClaim(seen, replacement))
        {
            if (!session.TryInsertDelivery(delivery.DeliveryId, delivery.Sequence, _snapshot, _body))
            {
                throw new InvalidOperationException($"Delivery {delivery.DeliveryId} is recorded already, though no claim names it.");
            }

            session.UpsertIndex(DeliveryIndexRow.Of(delivery));
            _written = entry with { Outcome = AuditEntry.Accepted };
        }
        else
        {
            Standing = session.FindClaim(seen.PaymentId)
                ?? throw new InvalidOperationException($"Payment {seen.PaymentId}: its claim was removed while it was being reopened.");
            if (Standing.History.Any(made => made.Id == entry.Id))
            {
                // A commit that was told as a fault.
                Standing = null;
                return;
            }

            _written = entry with { Outcome = AuditEntry.Refused($"another change was first, delivery {Standing.DeliveryId} is {Standing.State}") };
        }

        session.WriteAudit(Written);
    }

    protected override void OnCommitted()
    {
        if (Standing is null)
        {
            fresh.Add(delivery);
        }
    }
}

/// <summary>An entry of the audit log.</summary>
internal sealed class AuditChange(AuditEntry entry) : StateChange
{
    public override void Apply(WriteSession session) => session.WriteAudit(entry);
}

/// <summary>The outcome was published.</summary>
internal sealed class PublishedChange(string deliveryId) : StateChange
{
    public override void Apply(WriteSession session) => session.RemoveFromOutbox(deliveryId);
}

/// <summary>A known body came again.</summary>
internal sealed class DuplicateChange(string paymentId) : StateChange
{
    public override void Apply(WriteSession session) => session.CountDuplicate(paymentId);
}

/// <summary>The claim learns its delivery's final state.</summary>
internal sealed class FinishClaimChange(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt) : StateChange
{
    public override void Apply(WriteSession session) => session.FinishClaim(paymentId, deliveryId, state, endedAt);
}

/// <summary>A delivery as JSON.</summary>
internal static class Snapshots
{
    public static byte[] Write(Delivery delivery) => JsonSerializer.SerializeToUtf8Bytes(delivery, DeliveryJson.Options);

    public static Delivery Read(byte[] snapshot) =>
        JsonSerializer.Deserialize<Delivery>(snapshot, DeliveryJson.Options) ?? throw new InvalidDataException("A delivery's record is null.");
}
