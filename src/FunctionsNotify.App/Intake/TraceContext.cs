using System.Buffers;

namespace FunctionsNotify.App;

internal static class TraceContext
{
    private const int ParentLength = 55;
    private const int MaxStateLength = 512;

    private static readonly SearchValues<char> _hex = SearchValues.Create("0123456789abcdef");

    public static bool IsParent(string? value) =>
        value is { Length: ParentLength }
        && value.StartsWith("00-", StringComparison.Ordinal)
        && value[35] == '-'
        && value[52] == '-'
        && IsId(value.AsSpan(3, 32))
        && IsId(value.AsSpan(36, 16))
        && !value.AsSpan(53, 2).ContainsAnyExcept(_hex);

    public static bool IsState(string? value) =>
        value is { Length: > 0 and <= MaxStateLength } && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsId(ReadOnlySpan<char> id) => !id.ContainsAnyExcept(_hex) && id.ContainsAnyExcept('0');
}
