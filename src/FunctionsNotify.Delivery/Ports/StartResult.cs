namespace FunctionsNotify.Deliveries;

/// <summary>What came of a start.</summary>
public enum StartResult
{
    /// <summary>The delivery was started now.</summary>
    Started,

    /// <summary>The delivery was started before and is being made, or has ended.</summary>
    AlreadyInHand,

    /// <summary>The delivery was started before and has failed or was terminated without a final state: an operator repairs it.</summary>
    Broken,
}
