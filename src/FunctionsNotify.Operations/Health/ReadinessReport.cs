using System.Text.Json.Serialization;

namespace FunctionsNotify.Operations;

/// <summary>Whether the host has what it needs.</summary>
/// <param name="Status"><c>ok</c> or <c>failing</c>.</param>
/// <param name="Checks">Each check.</param>
public sealed record ReadinessReport(string Status, IReadOnlyList<ReadinessResult> Checks)
{
    /// <summary>All is there.</summary>
    public const string Ok = "ok";

    /// <summary>Something is not.</summary>
    public const string Failing = "failing";
}

/// <summary>What a check found.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Status"><c>ok</c> or <c>failing</c>.</param>
/// <param name="Detail">What is wrong.</param>
public sealed record ReadinessResult(
    string Name,
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail);
