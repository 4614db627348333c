using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>The parts of a Signature header, read without any rule.</summary>
/// <param name="Algorithm">What stands after <c>algorithm=</c>.</param>
/// <param name="KeyVersion">What stands after <c>keyVersion=</c>.</param>
/// <param name="Text">What stands after <c>signature=</c>, as it is.</param>
internal sealed record LooseSignature(string? Algorithm, string? KeyVersion, string? Text)
{
    private const string Marker = "signature=";

    /// <summary>Reads a header.</summary>
    public static LooseSignature Read(string? header)
    {
        if (header is null)
        {
            return new LooseSignature(null, null, null);
        }

        var at = header.IndexOf(Marker, StringComparison.OrdinalIgnoreCase);
        return new LooseSignature(Part(header, "algorithm="), Part(header, "keyVersion="), at < 0 ? null : UntilComma(header[(at + Marker.Length)..]));
    }

    /// <summary>The signature's bytes out of a text, by the rules of <see cref="SignatureHeader"/>; null when it is not base64.</summary>
    public static byte[]? Decode(string? text) =>
        text is not null && SignatureHeader.TryParse($"keyVersion=1,{Marker}{text}", out var header) ? header.Signature.ToArray() : null;

    private static string? Part(string header, string name)
    {
        var at = header.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : UntilComma(header[(at + name.Length)..]).Trim();
    }

    private static string UntilComma(string text) => text.IndexOf(',', StringComparison.Ordinal) is >= 0 and var comma ? text[..comma] : text;
}
