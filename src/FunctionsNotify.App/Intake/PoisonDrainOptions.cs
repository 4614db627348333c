using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

internal sealed class PoisonDrainOptions
{
    public const string Section = "PoisonDrain";

    private static readonly TimeSpan _mostInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan _mostPause = TimeSpan.FromDays(1);

    private IReadOnlyList<string> _unreadable = [];

    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(10);

    public int MaxTries { get; set; } = 150;

    public int MaxMessages { get; set; } = 1000;

    public void Read(IConfigurationSection section)
    {
        var settings = new SettingsReader(section);
        Interval = settings.Duration(nameof(Interval)) ?? Interval;
        LongestPause = settings.Duration(nameof(LongestPause)) ?? LongestPause;
        MaxTries = settings.WholeNumber(nameof(MaxTries)) ?? MaxTries;
        MaxMessages = settings.WholeNumber(nameof(MaxMessages)) ?? MaxMessages;
        _unreadable = settings.Problems();
    }

    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>(_unreadable);
        Judge(Interval > TimeSpan.Zero && Interval <= _mostInterval, nameof(Interval), $"must be longer than 0 and at most {_mostInterval:c}");
        Judge(LongestPause > TimeSpan.Zero && LongestPause <= _mostPause, nameof(LongestPause), $"must be longer than 0 and at most {_mostPause:c}");
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
