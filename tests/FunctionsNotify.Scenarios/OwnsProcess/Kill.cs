namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>One <c>kill -9</c> of the host, by this machine's clock.</summary>
/// <param name="At">Just before the signal.</param>
/// <param name="Dead">When the process was gone.</param>
internal sealed record Kill(DateTimeOffset At, DateTimeOffset Dead)
{
    // What the dead process had handed to the network still arrives.
    private static readonly TimeSpan InFlight = TimeSpan.FromSeconds(2);

    /// <summary>True when it may have interrupted the sends of a delivery, and so have made one of them come twice.</summary>
    public bool MayHaveRepeatedASendOf(DeliveredPayment delivered) =>
        At <= delivered.Requests[^1].ReceivedAt && Dead + InFlight >= delivered.Requests[0].ReceivedAt;

    /// <summary>True when the delivery had been begun and had not ended.</summary>
    public bool FoundOpen(DeliveredPayment delivered) =>
        delivered.Requests[0].ReceivedAt < At && delivered.Outcome.Attempts[^1].EndedAt > Dead;
}
