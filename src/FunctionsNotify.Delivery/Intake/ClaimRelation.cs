namespace FunctionsNotify.Deliveries;

/// <summary>How a message stands to the claim of its payment.</summary>
public enum ClaimRelation
{
    /// <summary>Another content: a conflict.</summary>
    Conflict,

    /// <summary>A known content, the delivery has ended: a duplicate.</summary>
    KnownFinal,

    /// <summary>A known content, the delivery is open: a duplicate, and the start is called again in case a crash cut it off.</summary>
    KnownOpen,

    /// <summary>The very message that made the claim came again: a crash cut something off after the claim.</summary>
    SameMessage,
}
