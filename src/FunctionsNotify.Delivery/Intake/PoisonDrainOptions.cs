namespace FunctionsNotify.Deliveries;

/// <summary>The <c>PoisonDrain__…</c> settings.</summary>
public sealed class PoisonDrainOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "PoisonDrain";

    private static readonly TimeSpan _longestInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromDays(1);

    /// <summary>How often the local host looks into the poison queue. The function app looks once a minute.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The pause after a failed try starts at half a minute, doubles with every try, and is at most this long.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>After so many failed tries a message is quarantined; with the default pauses after about a day. <c>[decided]</c></summary>
    public int MaxTries { get; set; } = 150;

    /// <summary>The most messages of one run.</summary>
    public int MaxMessages { get; set; } = 1000;

    /// <summary>One line per wrong setting.</summary>
    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        Judge(Interval > TimeSpan.Zero && Interval <= _longestInterval, nameof(Interval), $"must be longer than 0 and at most {_longestInterval:c}");
        Judge(LongestPause > TimeSpan.Zero && LongestPause <= _longestPause, nameof(LongestPause), $"must be longer than 0 and at most {_longestPause:c}");
        Judge(MaxTries >= 1, nameof(MaxTries), "must be at least 1");
        Judge(MaxMessages >= 1, nameof(MaxMessages), "must be at least 1");
        return found;

        void Judge(bool holds, string setting, string rule)
        {
            if (!holds)
            {
                found.Add($"{Section}__{setting}: {rule}");
            }
        }
    }
}
