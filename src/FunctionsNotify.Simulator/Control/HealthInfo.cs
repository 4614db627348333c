namespace FunctionsNotify.Simulator;

/// <summary>How the simulator is.</summary>
/// <param name="Status">Always <c>ok</c>: who answers is well.</param>
/// <param name="Received">How many requests came in since the start.</param>
/// <param name="Dropped">How many records had to be dropped.</param>
/// <param name="PaymentsNotRemembered">How many acknowledged payments found no place, so that a contradiction of theirs would go unseen.</param>
/// <param name="AcquirerKeyKnown">See <see cref="SimulatorSetup.AcquirerKeyKnown"/>.</param>
public sealed record HealthInfo(string Status, long Received, long Dropped, long PaymentsNotRemembered, bool AcquirerKeyKnown);
