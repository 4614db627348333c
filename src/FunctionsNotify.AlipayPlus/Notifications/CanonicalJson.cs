using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// One spelling for every spelling of the same JSON, to tell whether two notifications are the same: names sorted by
/// UTF-16 code units, no whitespace, members that are null dropped (the guide takes an absent and a null field as the
/// same; a null in an array holds a place and stays), numbers as they are spelled. Its hash is stored with each claim,
/// so it must never change: hence the platform's default encoder, whose output is ASCII and does not depend on the
/// Unicode tables of the runtime.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The SHA-256 of the canonical bytes, 64 lower-case hex digits.</summary>
    public static string Hash(JsonElement root) => Convert.ToHexStringLower(SHA256.HashData(Write(root)));

    /// <param name="root">Strict JSON with one meaning: no repeated names, no half surrogate pairs.</param>
    public static byte[] Write(JsonElement root)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            Write(root, writer);
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(value.GetString());
                break;
            default:
                writer.WriteRawValue(value.GetRawText());
                break;
        }
    }
}
