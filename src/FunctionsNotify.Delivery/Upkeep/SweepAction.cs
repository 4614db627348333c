namespace FunctionsNotify.Deliveries;

/// <summary>What the sweeper does about one delivery.</summary>
public enum SweepAction
{
    /// <summary>Nothing: it is in hand, or too young to judge.</summary>
    None,

    /// <summary>Start the prepared delivery from its claim.</summary>
    Start,

    /// <summary>Drop the row: it speaks of a delivery that the claim does not name, or that was prepared and has ended.</summary>
    DropRow,

    /// <summary>Give the row the state that the delivery or its claim has: an earlier write of it was lost.</summary>
    MendRow,

    /// <summary>Make the waiting attempt, whose timer was due and did not fire.</summary>
    Wake,

    /// <summary>Alert: no worker has taken the started delivery up.</summary>
    AlertPending,

    /// <summary>Alert: an attempt is due and no worker makes it.</summary>
    AlertStuck,

    /// <summary>Alert: the delivery is held on the platform and sends nothing.</summary>
    AlertSuspended,

    /// <summary>Alert: the delivery failed or was terminated before it ended; an operator repairs it.</summary>
    AlertBroken,

    /// <summary>Alert: the delivery is open and the platform does not know it; an operator repairs it.</summary>
    AlertMissing,
}
