namespace FunctionsNotify.LocalHost;

/// <summary>
/// Empties the records of finished deliveries, a bounded number: their attempts can no longer be looked up, while their
/// claims still tell a duplicate from a conflict. One whose outcome waits in the outbox keeps its record.
/// </summary>
internal sealed class PurgeHistoryChange(DateTimeOffset endedBefore, int limit) : StateChange
{
    /// <summary>How many were emptied.</summary>
    public int Count { get; private set; }

    public override void Apply(WriteSession session) => Count = session.PurgeHistory(endedBefore, limit);
}

/// <summary>Removes ended claims with their deliveries, a bounded number.</summary>
internal sealed class PurgeClaimsChange(DateTimeOffset endedBefore, int limit) : StateChange
{
    /// <summary>How many were removed.</summary>
    public int Count { get; private set; }

    public override void Apply(WriteSession session) => Count = session.PurgeClaims(endedBefore, limit);
}
