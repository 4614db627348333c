using System.Globalization;

namespace FunctionsNotify.Cli;

/// <summary>Times as they are shown, and as people give them.</summary>
internal static class Times
{
    public const string Rule = "must be an ISO 8601 time with an offset, a day (UTC), or how long ago: 90m, 24h, 7d";

    // An attempt that is being made is due, not overdue.
    private static readonly TimeSpan _inHand = TimeSpan.FromSeconds(30);

    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    public static string Show(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? string.Empty;

    public static string Show(TimeSpan span) => span.Duration() switch
    {
        { TotalMilliseconds: < 1000 } brief => string.Create(CultureInfo.InvariantCulture, $"{brief.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 60 } seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds.TotalSeconds:0.#} s"),
        { TotalMinutes: < 60 } minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes.Minutes} min {minutes.Seconds} s"),
        { TotalHours: < 24 } hours => string.Create(CultureInfo.InvariantCulture, $"{hours.Hours} h {hours.Minutes} min"),
        var days => string.Create(CultureInfo.InvariantCulture, $"{days.Days} d {days.Hours} h"),
    };

    public static string Due(DateTimeOffset due, DateTimeOffset now) =>
        due > now ? $"in {Show(due - now)}" : now - due < _inHand ? "now" : $"overdue by {Show(now - due)}";

    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        if (text.Length >= 2 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 100_000)
        {
            TimeSpan? unit = text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(1),
                'h' => TimeSpan.FromHours(1),
                'd' => TimeSpan.FromDays(1),
                _ => null,
            };
            if (unit is { } one)
            {
                time = now - (count * one);
                return true;
            }
        }

        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
        {
            return true;
        }

        // Without an offset a time means another moment on every machine.
        var hasOffset = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        return text.Contains('T', StringComparison.Ordinal) && hasOffset
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out time);
    }
}
