namespace FunctionsNotify.Scenarios;

/// <summary>Why a message could not become a delivery.</summary>
public sealed record Reason(string Field, string Rule, string Severity, string Shape);
