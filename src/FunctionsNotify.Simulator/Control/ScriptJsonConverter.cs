using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Simulator;

/// <summary>Scripts in answers and in the control client; the API's input goes through <see cref="ScriptReader"/> directly, which tells every fault.</summary>
internal sealed class ScriptJsonConverter : JsonConverter<Script>
{
    public override Script Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var violations = new List<ScriptViolation>();
        return ScriptReader.Read(document.RootElement, violations) is { } script && violations.Count == 0
            ? script
            : throw new JsonException(string.Join("; ", violations));
    }

    public override void Write(Utf8JsonWriter writer, Script value, JsonSerializerOptions options) => ScriptWriter.Write(writer, value);
}
