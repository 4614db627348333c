using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The JSON object of an operator's call, read member by member; every broken rule is collected by field. A member that
// is not known is refused without its name, which may be anything.
internal sealed class OperatorBody : IDisposable
{
    private readonly JsonDocument? _document;
    private readonly JsonElement _root;

    private OperatorBody(ReadOnlyMemory<byte> body, string[] members)
    {
        try
        {
            _document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            _root = _document.RootElement;
        }
        catch (JsonException)
        {
            Errors.Add("$", "must be a JSON object without repeated names, is not");
            return;
        }

        if (_root.ValueKind != JsonValueKind.Object)
        {
            Errors.Add("$", $"must be a JSON object, is {_root.ValueKind}");
            return;
        }

        foreach (var member in _root.EnumerateObject().Where(member => !IsKnown(member, members)).Take(1))
        {
            Errors.Add("$", $"may have only {string.Join(", ", members)}; has another member");
        }
    }

    public FieldErrors Errors { get; } = new();

    public static async Task<OperatorBody?> ReadAsync(HttpRequest request, int maxBytes, string[] members, CancellationToken cancellationToken) =>
        await RequestBytes.ReadAsync(request, maxBytes, cancellationToken).ConfigureAwait(false) is { } bytes ? new OperatorBody(bytes, members) : null;

    public OperatorStatement Statement(Caller caller)
    {
        var actor = Text("actor");
        if (caller.Name is { } name)
        {
            if (actor is not null && actor != name)
            {
                Errors.Add("actor", "must be left out or be the signed-in user");
            }

            actor = name;
        }

        var by = new OperatorStatement(actor, Text("reason"));
        by.Judge(Errors);
        return by;
    }

    public string? Text(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (TryText(value, out var text))
        {
            return text;
        }

        Errors.Add(name, "must be a string");
        return null;
    }

    public bool Flag(string name)
    {
        switch (Member(name)?.ValueKind)
        {
            case null or JsonValueKind.False:
                return false;
            case JsonValueKind.True:
                return true;
            default:
                Errors.Add(name, "must be true or false");
                return false;
        }
    }

    public ReadOnlyMemory<byte>? Object(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return JsonMarshal.GetRawUtf8Value(value).ToArray();
        }

        Errors.Add(name, "must be a JSON object");
        return null;
    }

    public IReadOnlyList<string>? Texts(string name, int max)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 || value.GetArrayLength() > max)
        {
            Errors.Add(name, $"must be a list of 1 to {max} strings");
            return [];
        }

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (!TryText(item, out var text))
            {
                Errors.Add(name, $"must be a list of 1 to {max} strings");
                return [];
            }

            texts.Add(text!);
        }

        return [.. texts.Distinct(StringComparer.Ordinal)];
    }

    public IReadOnlyDictionary<string, string>? TextsByName(string name, string[] members)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value.ValueKind != JsonValueKind.Object)
        {
            Errors.Add(name, "must be a JSON object");
            return found;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (!IsKnown(member, members))
            {
                Errors.Add(name, $"may have only {string.Join(", ", members)}; has another member");
                return found;
            }

            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!TryText(member.Value, out var text))
            {
                Errors.Add($"{name}.{member.Name}", "must be a string");
                continue;
            }

            found[member.Name] = text!;
        }

        return found;
    }

    public void Dispose() => _document?.Dispose();

    private static bool IsKnown(JsonProperty member, string[] members) => Array.Exists(members, member.NameEquals);

    private static bool TryText(JsonElement value, out string? text)
    {
        text = null;
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape is valid JSON that has no text.
        }

        return text is not null;
    }

    private JsonElement? Member(string name) =>
        _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
