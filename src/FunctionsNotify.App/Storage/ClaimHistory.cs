using System.Collections.Immutable;
using System.Text.Json;

namespace FunctionsNotify.App;

// A claim's changes as they are kept: bounded, so that a row always has room for them.
internal static class ClaimHistory
{
    public const int MaxChanges = 20;

    public const int MaxLength = 16 * 1024;

    public static ImmutableArray<ClaimChange> Add(ImmutableArray<ClaimChange> history, ClaimChange change)
    {
        var all = history.Add(change);
        var kept = all.Length > MaxChanges ? all[^MaxChanges..] : all;
        while (kept.Length > 1 && Write(kept).Length > MaxLength)
        {
            kept = kept.RemoveAt(0);
        }

        return kept;
    }

    public static string Write(ImmutableArray<ClaimChange> history) => JsonSerializer.Serialize(history, DeliveryJson.Options);

    public static ImmutableArray<ClaimChange> Read(string? json) =>
        string.IsNullOrEmpty(json) ? [] : JsonSerializer.Deserialize<ImmutableArray<ClaimChange>>(json, DeliveryJson.Options);
}
