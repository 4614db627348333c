using System.Globalization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>The Retry-After header: whole seconds, or an HTTP date (RFC 9110 section 10.2.3).</summary>
public static class RetryAfterHeader
{
    /// <summary>The header's name.</summary>
    public const string Name = "Retry-After";

    /// <summary>The longest wait that is told; a longer one counts as this. <c>[decided]</c></summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromDays(365);

    private static readonly string[] DateFormats =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
        "ddd MMM d HH:mm:ss yyyy",
        "ddd MMM dd HH:mm:ss yyyy",
    ];

    /// <summary>Reads the header's value.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="now">The time that a date counts from.</param>
    /// <returns>The wait, from zero to <see cref="MaxWait"/>; null when the value is neither form.</returns>
    public static TimeSpan? Parse(string? value, DateTimeOffset now)
    {
        var text = value.AsSpan().Trim();
        if (text.IsEmpty || text.Length > 64)
        {
            return null;
        }

        if (!text.ContainsAnyExceptInRange('0', '9'))
        {
            // More digits than a ulong holds are still a number of seconds.
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds < MaxWait.TotalSeconds
                    ? TimeSpan.FromSeconds((long)seconds)
                    : MaxWait;
        }

        return DateTimeOffset.TryParseExact(
            text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date)
                ? Clamp(date - now)
                : null;
    }

    private static TimeSpan Clamp(TimeSpan wait) =>
        wait < TimeSpan.Zero ? TimeSpan.Zero : wait > MaxWait ? MaxWait : wait;
}
