using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record ReadinessReport(string Status, IReadOnlyList<ReadinessResult> Checks)
{
    public const string Ok = "ok";

    public const string Failing = "failing";
}

internal sealed record ReadinessResult(
    string Name,
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail);
