using System.Globalization;

namespace FunctionsNotify.App;

// Where a page goes on among rows that lie in one partition per day, each key the inverted ticks and an id: behind this
// key of this day, the days from the last to the first.
internal sealed record DayPosition(DateOnly Day, string After)
{
    private const string DayFormat = "yyyyMMdd";
    private const int MaxKeyLength = 200;

    // What every key of a time starts with; a smaller text is a later time.
    public static string InvertedTicks(DateTimeOffset at) => (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    // "~" comes after what follows the ticks in a key: the rows of that very tick lie before it.
    public static string KeyAfter(DateTimeOffset at) => InvertedTicks(at) + "~";

    public static DayPosition Before(DateTimeOffset to) => new(DateOnly.FromDateTime(to.AddTicks(-1).UtcDateTime), KeyAfter(to));

    public static DayPosition Read(string continuation, DateTimeOffset to)
    {
        if (continuation.Length is >= 9 and <= MaxKeyLength
            && continuation[8] == '/'
            && DateOnly.TryParseExact(continuation.AsSpan(0, 8), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day <= Before(to).Day
            && !continuation.AsSpan(9).ContainsAnyExceptInRange(' ', '~'))
        {
            return new DayPosition(day, continuation[9..]);
        }

        throw new ArgumentException("The continuation is none that a page of this filter gave.", nameof(continuation));
    }

    public DayPosition NextDay() => new(Day.AddDays(-1), string.Empty);

    public override string ToString() => $"{Day.ToString(DayFormat, CultureInfo.InvariantCulture)}/{After}";
}
