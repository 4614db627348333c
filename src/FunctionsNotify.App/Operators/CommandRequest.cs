using System.Text.Json;

namespace FunctionsNotify.App;

internal sealed record CommandRequest
{
    public const int MaxBytes = 4096;

    private static readonly string[] _members = ["expectedAttempt", "actor", "reason"];

    public int? ExpectedAttempt { get; init; }

    public string? Actor { get; init; }

    public string? Reason { get; init; }

    public static CommandRequest Read(ReadOnlyMemory<byte> body, out IDictionary<string, string[]> errors)
    {
        var found = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        errors = found;
        if (body.IsEmpty)
        {
            return new CommandRequest();
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return ReadObject(document.RootElement, found);
        }
        catch (JsonException)
        {
            found["$"] = ["must be a JSON object, is not JSON"];
            return new CommandRequest();
        }
    }

    private static CommandRequest ReadObject(JsonElement root, SortedDictionary<string, string[]> found)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            found["$"] = [$"must be a JSON object, is {root.ValueKind}"];
            return new CommandRequest();
        }

        foreach (var member in root.EnumerateObject().Where(member => !_members.Contains(member.Name)))
        {
            found["$"] = [$"may have only {string.Join(", ", _members)}; has another member of {member.Name.Length} characters"];
        }

        return new CommandRequest
        {
            ExpectedAttempt = Number(root, "expectedAttempt", found),
            Actor = Text(root, "actor", DeliveryCommand.MaxIdLength, found),
            Reason = Text(root, "reason", DeliveryCommand.MaxReasonLength, found),
        };
    }

    private static int? Number(JsonElement root, string name, SortedDictionary<string, string[]> found)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1)
        {
            return number;
        }

        found[name] = ["must be a whole number from 1"];
        return null;
    }

    private static string? Text(JsonElement root, string name, int maxLength, SortedDictionary<string, string[]> found)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        try
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Length <= maxLength && !text.Any(char.IsControl))
            {
                return text;
            }
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape is valid JSON that has no text.
        }

        found[name] = [$"must be a string of at most {maxLength} characters without control characters"];
        return null;
    }

    internal CommandRequest By(Caller caller, IDictionary<string, string[]> errors)
    {
        if (caller.Name is not { } name)
        {
            return this;
        }

        if (Actor is not null && Actor != name)
        {
            errors["actor"] = ["must be left out or be the signed-in user"];
        }

        return this with { Actor = name };
    }
}
