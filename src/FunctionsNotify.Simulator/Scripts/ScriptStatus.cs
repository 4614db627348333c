namespace FunctionsNotify.Simulator;

/// <summary>A script and how far it was used.</summary>
/// <param name="Script">The script.</param>
/// <param name="Used">How many requests it was asked for; for the default script always 0, because each payment has its own count.</param>
public sealed record ScriptStatus(Script Script, int Used);
