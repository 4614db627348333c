using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Simulator;

/// <summary>
/// Reads one JSON object strictly and collects every fault: members that nobody asked for, wrong types, unreadable
/// values. Null is the same as left out. Faults name the field and the rule, never the value.
/// </summary>
internal sealed class ObjectReader
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly string _prefix;
    private readonly List<ScriptViolation> _violations;

    public ObjectReader(JsonElement element, string path, List<ScriptViolation> violations)
    {
        _violations = violations;
        _prefix = path.Length == 0 ? string.Empty : path + ".";
        if (element.ValueKind != JsonValueKind.Object)
        {
            violations.Add(new(path.Length == 0 ? "$" : path, "must be a JSON object"));
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            _members.Add(member.Name, member.Value);
        }
    }

    public string? Text(string name) => Take(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => Fault<string>(name, "must be a string"),
    };

    public bool? Flag(string name) => Take(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => Fault<bool?>(name, "must be true or false"),
    };

    public int? Number(string name) => Take(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        _ => Fault<int?>(name, "must be a whole number"),
    };

    public TimeSpan? Duration(string name)
    {
        const string Rule = "must be a duration such as \"00:00:05\" or \"00:00:00.250\"";
        return Take(name) switch
        {
            null => null,
            // Without a colon the platform would read days.
            { ValueKind: JsonValueKind.String } text when text.GetString() is { } value && value.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out var duration) => duration,
            _ => Fault<TimeSpan?>(name, Rule),
        };
    }

    public T? OneOf<T>(string name)
        where T : struct, Enum
    {
        var element = Take(name);
        return element is null ? null : ParseWord<T>(name, element.Value, string.Empty);
    }

    public AnswerSigning? Signing(string name) => Take(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => AnswerSigning.Valid,
        { ValueKind: JsonValueKind.False } => AnswerSigning.None,
        { } other => ParseWord<AnswerSigning>(name, other, "true, false, "),
    };

    public IReadOnlyList<string> Texts(string name)
    {
        var list = Take(name);
        if (list is null)
        {
            return [];
        }

        return list.Value.ValueKind == JsonValueKind.Array && list.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.Value.EnumerateArray().Select(item => item.GetString()!)]
            : Fault<IReadOnlyList<string>>(name, "must be an array of strings") ?? [];
    }

    public JsonElement? Take(string name) =>
        _members.Remove(name, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;

    public void Require(string name, bool isThere)
    {
        if (!isThere)
        {
            _violations.Add(new(_prefix + name, "is required"));
        }
    }

    public T? Fault<T>(string name, string rule)
    {
        _violations.Add(new(_prefix + name, rule));
        return default;
    }

    /// <summary>Every member that was not asked for is a fault: a misspelled one would be ignored otherwise.</summary>
    public void End()
    {
        foreach (var name in _members.Keys)
        {
            _violations.Add(new(_prefix + AlipayPlus.ForeignText.Cut(name, 64), "is not a known field"));
        }
    }

    private T? ParseWord<T>(string name, JsonElement element, string before)
        where T : struct, Enum
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            var word = element.GetString();
            foreach (var value in Enum.GetValues<T>())
            {
                if (ControlJson.Word(value) == word)
                {
                    return value;
                }
            }
        }

        return Fault<T?>(name, $"must be one of {before}{string.Join(", ", Enum.GetValues<T>().Select(ControlJson.Word))}");
    }
}
