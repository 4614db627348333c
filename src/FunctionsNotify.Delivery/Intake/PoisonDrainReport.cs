namespace FunctionsNotify.Deliveries;

/// <summary>What one run made of the poison queue's messages.</summary>
/// <param name="TakenIn">Went through intake: became a delivery, a duplicate, or a quarantine record of intake's own.</param>
/// <param name="GivenUp">Were tried too often and are quarantined.</param>
/// <param name="Left">Stay in the poison queue and are tried again.</param>
public sealed record PoisonDrainReport(int TakenIn, int GivenUp, int Left);
