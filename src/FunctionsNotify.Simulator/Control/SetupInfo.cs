namespace FunctionsNotify.Simulator;

/// <summary>The set-up switches, see <see cref="SimulatorSetup"/>.</summary>
/// <param name="AcquirerKeyKnown">See <see cref="SimulatorSetup.AcquirerKeyKnown"/>.</param>
public sealed record SetupInfo(bool AcquirerKeyKnown);
