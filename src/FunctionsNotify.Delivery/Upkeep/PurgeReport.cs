namespace FunctionsNotify.Deliveries;

/// <summary>What one run of the purge came to.</summary>
/// <param name="Histories">How many finished instances were removed.</param>
/// <param name="Claims">How many ended claims were removed.</param>
/// <param name="Kept">How many finished instances stay because of their claim or age.</param>
/// <param name="Faults">How many could not be removed; a later run tries again.</param>
/// <param name="IsComplete">False when the time of a run was over before everything was looked at.</param>
public sealed record PurgeReport(int Histories, int Claims, int Kept, int Faults, bool IsComplete);
