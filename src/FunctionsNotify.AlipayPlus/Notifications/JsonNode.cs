namespace FunctionsNotify.AlipayPlus;

/// <summary>What a <see cref="JsonNode"/> is.</summary>
internal enum JsonNodeKind
{
    Object,
    Array,
    Text,

    /// <summary>A string that is not Unicode: invalid UTF-8 or half a surrogate pair.</summary>
    UnreadableText,
    Number,
    Boolean,
    Null,

    /// <summary>An object or array below the deepest level that is read; its content was skipped.</summary>
    TooDeep,
}

/// <summary>
/// One value as it was written. Unlike <c>JsonDocument</c> it keeps what is wrong (repeated names, unreadable texts,
/// the part before a syntax error), so that every violation can be told at once.
/// </summary>
internal sealed class JsonNode(JsonNodeKind kind, string? text = null)
{
    public JsonNodeKind Kind { get; } = kind;

    /// <summary>A text's value; a number's or boolean's spelling; null otherwise.</summary>
    public string? Text { get; } = text;

    /// <summary>An object's members in the order written, repeated ones included.</summary>
    public List<JsonMember> Members { get; } = kind == JsonNodeKind.Object ? [] : None<JsonMember>.List;

    /// <summary>An array's items.</summary>
    public List<JsonNode> Items { get; } = kind == JsonNodeKind.Array ? [] : None<JsonNode>.List;

    /// <summary>The first member of that name; null when there is none.</summary>
    public JsonNode? Find(string name)
    {
        foreach (var member in Members)
        {
            if (string.Equals(member.Name, name, StringComparison.Ordinal))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static class None<T>
    {
        public static readonly List<T> List = [];
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">The name with its escapes resolved; null when it is not Unicode.</param>
/// <param name="Value">The value.</param>
/// <param name="IsRepeated">True when an earlier member of the object has the same name.</param>
internal readonly record struct JsonMember(string? Name, JsonNode Value, bool IsRepeated);
