using System.Text.Unicode;

namespace FunctionsNotify.Storage;

/// <summary>Says what bytes look like that are no JSON object, without saying what they hold.</summary>
internal static class MessageShape
{
    /// <summary>The shape in a few words.</summary>
    /// <param name="bytes">The bytes, without byte order mark and outer whitespace.</param>
    /// <param name="base64Layers">How often base64 was taken off before.</param>
    public static string Of(ReadOnlySpan<byte> bytes, int base64Layers)
    {
        var shape = Of(bytes);
        return base64Layers == 0 ? shape : $"base64 of {shape}";
    }

    /// <summary>True for UTF-16 or UTF-32, by byte order mark or by the zero byte beside an ASCII character.</summary>
    public static bool IsUtf16(ReadOnlySpan<byte> bytes) =>
        bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, not 0, ..];

    private static string Of(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [] => "nothing",
        _ when IsUtf16(bytes) => $"UTF-16 text of {bytes.Length} bytes",
        _ when !Utf8.IsValid(bytes) => $"{bytes.Length} bytes that are not UTF-8",
        [(byte)'[', ..] => "JSON array",
        [(byte)'"', ..] => "JSON string",
        _ => $"text of {bytes.Length} bytes that is neither JSON object nor base64 of one",
    };
}
