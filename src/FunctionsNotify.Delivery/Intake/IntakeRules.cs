namespace FunctionsNotify.Deliveries;

/// <summary>What a message means for a payment that already has a claim; pure. <c>[decided]</c></summary>
public static class IntakeRules
{
    /// <summary>The violation's rule that a conflict carries.</summary>
    public const string ConflictRule = "another content was already accepted for this paymentId; a second one is never sent";

    /// <summary>Judges a candidate against the claim that stands.</summary>
    /// <param name="standing">The claim that stands.</param>
    /// <param name="candidate">The claim that the message asked for.</param>
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
