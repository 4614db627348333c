using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>Starts a broken delivery again.</summary>
public interface IRepair
{
    /// <summary>Repairs a payment's delivery. The same call again, after a fault of any kind, goes on where it stopped.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="request">What the operator said.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<RepairAnswer> RepairAsync(string paymentId, CommandRequest request, CancellationToken cancellationToken);
}

/// <summary>What came of a repair.</summary>
public abstract record RepairAnswer
{
    private RepairAnswer()
    {
    }

    /// <summary>The delivery was started.</summary>
    /// <param name="DeliveryId">The delivery that works on the payment now.</param>
    public sealed record Repaired(string DeliveryId) : RepairAnswer;

    /// <summary>There is no notification of the payment.</summary>
    public sealed record Unknown : RepairAnswer;

    /// <summary>The delivery has ended.</summary>
    /// <param name="State">Its final state.</param>
    public sealed record Ended(DeliveryState State) : RepairAnswer;

    /// <summary>The delivery is in hand: there is nothing to repair.</summary>
    public sealed record NotBroken : RepairAnswer;
}
