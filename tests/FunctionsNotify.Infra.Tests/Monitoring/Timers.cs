using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The app's timer functions: the name under which a run is counted, and the longest pause between two runs.</summary>
internal static partial class Timers
{
    public static IReadOnlyDictionary<string, TimeSpan> OfTheApp { get; } = RepositoryFiles.List("src/FunctionsNotify.App", "*.cs")
        .Select(RepositoryFiles.Read)
        .Where(source => source.Contains("[TimerTrigger(", StringComparison.Ordinal))
        .ToDictionary(source => Kebab(Constant(source, "Name")), source => LongestPause(Constant(source, "Schedule")));

    /// <summary>The longest pause of a schedule of six fields, over two days; the second must be one and days, months free.</summary>
    public static TimeSpan LongestPause(string schedule)
    {
        var fields = schedule.Split(' ');
        if (fields is not [var second, var minutes, var hours, "*", "*", "*"] || !second.All(char.IsAsciiDigit))
        {
            throw new FormatException($"'{schedule}' is no schedule of the kind that this reads.");
        }

        var runs = Enumerable.Range(0, 2 * 24 * 60).Where(minute => Matches(minutes, minute % 60) && Matches(hours, minute / 60 % 24)).ToList();
        return TimeSpan.FromMinutes(runs.Skip(1).Zip(runs, (later, earlier) => later - earlier).Max());
    }

    private static bool Matches(string field, int value) => field.Split('-', '/') switch
    {
        ["*"] => true,
        ["*", var step] => value % Number(step) == 0,
        [var from, var to] => value >= Number(from) && value <= Number(to),
        [var only] => value == Number(only),
        _ => throw new FormatException($"'{field}' is no field of a schedule that this reads."),
    };

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string Constant(string source, string name) =>
        Regex.Match(source, $"""const string {name} = "(?<value>[^"]+)";""") is { Success: true } match
            ? match.Groups["value"].Value
            : throw new InvalidOperationException($"A timer function has no constant {name}.");

    private static string Kebab(string name) => Hump().Replace(name, "-$0").TrimStart('-').ToLowerInvariant();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Hump();
}
