using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>What came of handing a command over.</summary>
public abstract record CommandAnswer
{
    private CommandAnswer()
    {
    }

    /// <summary>Handed over; the verdict stands on the delivery's record later.</summary>
    /// <param name="CommandId">The command's id.</param>
    /// <param name="DeliveryId">The delivery.</param>
    public sealed record Accepted(string CommandId, string DeliveryId) : CommandAnswer;

    /// <summary>There is no notification of the payment.</summary>
    public sealed record Unknown : CommandAnswer;

    /// <summary>The delivery has ended.</summary>
    /// <param name="State">Its final state.</param>
    public sealed record Ended(DeliveryState State) : CommandAnswer;

    /// <summary>The delivery was claimed, and its start is under way.</summary>
    public sealed record NotStarted : CommandAnswer;

    /// <summary>The delivery's orchestration has failed or was terminated before the delivery ended; nothing would read a command.</summary>
    /// <param name="Action">What an operator does.</param>
    public sealed record Broken(string Action) : CommandAnswer;
}
