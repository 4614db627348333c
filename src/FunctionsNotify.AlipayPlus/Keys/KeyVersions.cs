using System.Buffers;

namespace FunctionsNotify.AlipayPlus;

/// <summary>What a key version may look like: 1–32 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>; Alipay+ counts 1, 2, 3 … <c>[decided]</c></summary>
public static class KeyVersions
{
    /// <summary>The rule in words.</summary>
    public const string Rule = "1-32 letters, digits, '.', '_' and '-'";

    private const int MaxLength = 32;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-");

    /// <summary>True when the version can stand in a header, a setting's name and a file's name.</summary>
    /// <param name="version">The version.</param>
    public static bool IsValid(string? version) =>
        version is { Length: > 0 and <= MaxLength } && !version.AsSpan().ContainsAnyExcept(Allowed);

    internal static void ThrowIfInvalid(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (!IsValid(version))
        {
            throw new ArgumentException($"A key version is {Rule}; found {version.Length} characters.", nameof(version));
        }
    }
}
