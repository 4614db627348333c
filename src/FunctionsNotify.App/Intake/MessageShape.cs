using System.Text.Unicode;

namespace FunctionsNotify.App;

// Says what bytes look like that are no JSON object, without saying what they hold.
internal static class MessageShape
{
    public static string Of(ReadOnlySpan<byte> bytes, int base64Layers)
    {
        var shape = Of(bytes);
        return base64Layers == 0 ? shape : $"base64 of {shape}";
    }

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
