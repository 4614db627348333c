using System.Globalization;

namespace FunctionsNotify.Cli;

/// <summary>Times and durations, as they are read and shown.</summary>
internal static class Times
{
    /// <summary>What <see cref="TryParse"/> takes, in words.</summary>
    public const string Rule = "must be an ISO 8601 time with an offset, a day (UTC), or how long ago: 90m, 24h, 7d";

    private static readonly string[] _days = ["yyyy-MM-dd"];

    /// <summary>A time for the API: ISO 8601, UTC, to the last tick.</summary>
    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    /// <summary>A time for a person, UTC.</summary>
    public static string Show(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? string.Empty;

    /// <summary>A duration for a person.</summary>
    public static string Show(TimeSpan span) => span.Duration() switch
    {
        { TotalMilliseconds: < 1000 } short1 => string.Create(CultureInfo.InvariantCulture, $"{short1.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 60 } seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds.TotalSeconds:0.#} s"),
        { TotalMinutes: < 60 } minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes.Minutes} min {minutes.Seconds} s"),
        { TotalHours: < 24 } hours => string.Create(CultureInfo.InvariantCulture, $"{hours.Hours} h {hours.Minutes} min"),
        var days => string.Create(CultureInfo.InvariantCulture, $"{days.Days} d {days.Hours} h"),
    };

    /// <summary>When something is due, seen from now.</summary>
    public static string Due(DateTimeOffset due, DateTimeOffset now) => due >= now ? $"in {Show(due - now)}" : $"overdue by {Show(now - due)}";

    /// <summary>Reads a time that a person wrote.</summary>
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

        if (DateTimeOffset.TryParseExact(text, _days, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
        {
            return true;
        }

        // Without an offset a time means another moment on every machine.
        var hasOffset = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        return text.Contains('T', StringComparison.Ordinal) && hasOffset
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out time);
    }
}
