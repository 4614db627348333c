using System.Collections.Immutable;
using System.Text.Json;

namespace FunctionsNotify.Deliveries;

/// <summary>A claim's changes as they are kept: bounded, so that a row always has room for them. <c>[decided]</c></summary>
public static class ClaimHistory
{
    /// <summary>The most changes that are kept; the oldest go first.</summary>
    public const int MaxChanges = 20;

    /// <summary>The longest written history, in UTF-16 code units: 32 KiB as a table's text.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>The history with one change more, without what there is no room for.</summary>
    /// <param name="history">The history.</param>
    /// <param name="change">The newest change.</param>
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

    /// <summary>The history as JSON.</summary>
    /// <param name="history">The history.</param>
    public static string Write(ImmutableArray<ClaimChange> history) => JsonSerializer.Serialize(history, DeliveryJson.Options);

    /// <summary>The history of its JSON; a claim that was written before there were histories has none.</summary>
    /// <param name="json">What <see cref="Write"/> made; null for none.</param>
    /// <exception cref="JsonException">It is not that.</exception>
    public static ImmutableArray<ClaimChange> Read(string? json) =>
        string.IsNullOrEmpty(json) ? [] : JsonSerializer.Deserialize<ImmutableArray<ClaimChange>>(json, DeliveryJson.Options);
}
