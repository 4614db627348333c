using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// One spelling for every spelling of the same JSON, to tell whether two notifications are the same. <c>[decided]</c>
/// <list type="bullet">
/// <item>Names sorted by UTF-16 code units, no whitespace, as RFC 8785.</item>
/// <item>Members whose value is <c>null</c> are dropped, at every level: the guide takes an absent and a null field as
/// the same. A null in an array stays, it holds a place.</item>
/// <item>Strings escape only what JSON demands: <c>\" \\ \b \t \n \f \r</c>, other characters below U+0020 as
/// <c>\u00xx</c> in lower case; everything else is UTF-8. Texts are not normalized: other code points are another value.</item>
/// <item>Numbers keep their spelling: <c>1.0</c> is not <c>1</c>. A notification may hold none, see <see cref="NotificationReader"/>.</item>
/// </list>
/// The form is part of what is stored (<c>NotificationReading.CanonicalHash</c>), so it must never change.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes.</summary>
    /// <param name="json">Strict UTF-8 JSON: one value, no byte order mark, no repeated names, at most 16 levels.</param>
    /// <exception cref="FormatException">It is not that.</exception>
    public static byte[] Write(ReadOnlySpan<byte> json) =>
        TryWrite(json, out var canonical)
            ? canonical
            : throw new FormatException("Not strict JSON with one meaning: it has no canonical form.");

    /// <summary>The canonical bytes, where there are any; never throws.</summary>
    /// <param name="json">Any bytes.</param>
    /// <param name="canonical">The canonical bytes.</param>
    /// <returns>False when the bytes are not strict JSON with one meaning.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> json, [NotNullWhen(true)] out byte[]? canonical)
    {
        var parsed = StrictJson.Parse(json);
        canonical = parsed is { IsSound: true, Root: { } root } ? Write(root) : null;
        return canonical is not null;
    }

    /// <summary>The SHA-256 of the canonical bytes, 64 lower-case hex digits.</summary>
    /// <param name="json">As for <see cref="Write(ReadOnlySpan{byte})"/>.</param>
    /// <exception cref="FormatException">It is not strict JSON with one meaning.</exception>
    public static string Hash(ReadOnlySpan<byte> json) => HashOf(Write(json));

    internal static string Hash(JsonNode root) => HashOf(Write(root));

    private static string HashOf(byte[] canonical) => Convert.ToHexStringLower(SHA256.HashData(canonical));

    private static byte[] Write(JsonNode root)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(root, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(JsonNode node, ArrayBufferWriter<byte> output)
    {
        switch (node.Kind)
        {
            case JsonNodeKind.Object:
                WriteObject(node, output);
                break;
            case JsonNodeKind.Array:
                WriteArray(node, output);
                break;
            case JsonNodeKind.Text:
                WriteText(node.Text!, output);
                break;
            case JsonNodeKind.Number or JsonNodeKind.Boolean:
                Encoding.ASCII.GetBytes(node.Text!, output);
                break;
            default:
                output.Write("null"u8);
                break;
        }
    }

    private static void WriteObject(JsonNode node, ArrayBufferWriter<byte> output)
    {
        var members = node.Members.FindAll(member => member.Value.Kind != JsonNodeKind.Null);
        members.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        output.Write("{"u8);
        for (var index = 0; index < members.Count; index++)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            WriteText(members[index].Name!, output);
            output.Write(":"u8);
            Write(members[index].Value, output);
        }

        output.Write("}"u8);
    }

    private static void WriteArray(JsonNode node, ArrayBufferWriter<byte> output)
    {
        output.Write("["u8);
        for (var index = 0; index < node.Items.Count; index++)
        {
            if (index > 0)
            {
                output.Write(","u8);
            }

            Write(node.Items[index], output);
        }

        output.Write("]"u8);
    }

    private static void WriteText(string text, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = IndexOfEscaped(rest);
            if (plain != 0)
            {
                var run = plain < 0 ? rest : rest[..plain];
                Encoding.UTF8.GetBytes(run, output);
                rest = rest[run.Length..];
                continue;
            }

            Encoding.ASCII.GetBytes(Escape(rest[0]), output);
            rest = rest[1..];
        }

        output.Write("\""u8);
    }

    private static int IndexOfEscaped(ReadOnlySpan<char> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] is < ' ' or '"' or '\\')
            {
                return index;
            }
        }

        return -1;
    }

    private static string Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => $"\\u{(int)character:x4}",
    };
}
