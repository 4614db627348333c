namespace FunctionsNotify.App;

internal interface IReopening
{
    Task<DeliveryStand> LookAsync(Claim open, CancellationToken cancellationToken);

    Task StartAsync(Claim open, CancellationToken cancellationToken);

    // Replaces a claim by one that is open under a new delivery, and starts that. The audit entry is on record before
    // the change takes effect, or together with it. Cut off anywhere, either nothing has changed, or the new delivery
    // is started by the host itself at the latest.
    Task<Claim?> ReopenAsync(Claim seen, Claim replacement, AuditEntry entry, CancellationToken cancellationToken);
}

public enum DeliveryStand
{
    InHand,

    NotStarted,

    Broken,
}
