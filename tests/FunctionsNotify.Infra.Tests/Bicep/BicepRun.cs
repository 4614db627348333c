namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>What one run of the command line came to.</summary>
internal sealed record BicepRun(int ExitCode, string Output, string Error);
