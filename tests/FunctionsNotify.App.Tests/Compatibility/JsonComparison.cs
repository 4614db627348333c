using System.Text.Json;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>What JSON written now no longer holds of JSON that was stored. Members may be added, nothing else.</summary>
internal static class JsonComparison
{
    public static IReadOnlyList<string> Lost(string stored, string written)
    {
        using var before = JsonDocument.Parse(stored);
        using var after = JsonDocument.Parse(written);
        var lost = new List<string>();
        Compare("$", before.RootElement, after.RootElement, lost);
        return lost;
    }

    private static void Compare(string path, JsonElement before, JsonElement after, List<string> lost)
    {
        if (before.ValueKind != after.ValueKind)
        {
            lost.Add($"{path}: was {before.GetRawText()}, is {after.GetRawText()}");
            return;
        }

        switch (before.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in before.EnumerateObject())
                {
                    if (after.TryGetProperty(member.Name, out var value))
                    {
                        Compare($"{path}.{member.Name}", member.Value, value, lost);
                    }
                    else
                    {
                        lost.Add($"{path}.{member.Name}: is gone");
                    }
                }

                break;
            case JsonValueKind.Array when before.GetArrayLength() != after.GetArrayLength():
                lost.Add($"{path}: had {before.GetArrayLength()} items, has {after.GetArrayLength()}");
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in before.EnumerateArray().Index())
                {
                    Compare($"{path}[{index}]", item, after[index], lost);
                }

                break;
            case JsonValueKind.String when before.GetString() != after.GetString():
            case JsonValueKind.Number when before.GetRawText() != after.GetRawText():
                lost.Add($"{path}: was {before.GetRawText()}, is {after.GetRawText()}");
                break;
        }
    }
}
