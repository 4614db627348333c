namespace FunctionsNotify.App;

internal static class IntakeRules
{
    public const string ConflictRule = "another content was already accepted for this paymentId; a second one is never sent";

    public static ClaimRelation Relate(Claim standing, Claim candidate)
    {
        ArgumentNullException.ThrowIfNull(standing);
        ArgumentNullException.ThrowIfNull(candidate);
        if (!standing.BodyHashes.Contains(candidate.BodyHashes[0]))
        {
            return ClaimRelation.Conflict;
        }

        if (standing.State != DeliveryState.Open)
        {
            return ClaimRelation.KnownFinal;
        }

        return standing.FirstMessageId == candidate.FirstMessageId ? ClaimRelation.SameMessage : ClaimRelation.KnownOpen;
    }
}
