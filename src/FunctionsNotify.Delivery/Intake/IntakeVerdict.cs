namespace FunctionsNotify.Deliveries;

/// <summary>What intake made of a message.</summary>
public enum IntakeVerdict
{
    /// <summary>The delivery was started, or a start that a crash had cut off was made good.</summary>
    Accepted,

    /// <summary>The same content again for a payment that has a delivery.</summary>
    Duplicate,

    /// <summary>Another content for a payment that has a delivery: quarantined, never sent.</summary>
    Conflict,

    /// <summary>The message breaks a rule: quarantined.</summary>
    Invalid,

    /// <summary>The payment's delivery had failed under its open claim: kept for an operator.</summary>
    Broken,
}
