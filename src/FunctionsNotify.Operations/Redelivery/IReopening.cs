using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>Gives a payment a new delivery, as the host does it.</summary>
public interface IReopening
{
    /// <summary>Whether anything works on an open claim's delivery.</summary>
    /// <param name="open">The claim.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<DeliveryStand> LookAsync(Claim open, CancellationToken cancellationToken);

    /// <summary>Starts an open claim's delivery; nothing happens when it was started before.</summary>
    /// <param name="open">The claim.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="InvalidOperationException">The delivery is broken.</exception>
    Task StartAsync(Claim open, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a claim by one that is open under a new delivery, and starts that. The audit entry is on record before the
    /// change takes effect, or together with it. Cut off anywhere, either nothing has changed, or the new delivery is
    /// started by the host itself at the latest.
    /// </summary>
    /// <param name="seen">The claim that the caller judged.</param>
    /// <param name="replacement">The claim that is to stand; its history ends with the change.</param>
    /// <param name="entry">The change's audit entry.</param>
    /// <param name="cancellationToken">Stops the call; the claim may or may not stand then.</param>
    /// <returns>Null when the new claim stands, else the one that stands in its place.</returns>
    /// <exception cref="AuditUnavailableException">The entry could not be written; nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">There is no claim any more, or the new delivery broke at once.</exception>
    Task<Claim?> ReopenAsync(Claim seen, Claim replacement, AuditEntry entry, CancellationToken cancellationToken);
}

/// <summary>Whether anything works on an open delivery.</summary>
public enum DeliveryStand
{
    /// <summary>It is in hand.</summary>
    InHand,

    /// <summary>It was claimed and not started: by a crash in between, or it is being started now.</summary>
    NotStarted,

    /// <summary>It failed or was terminated before its end.</summary>
    Broken,
}
