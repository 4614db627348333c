using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.Deliveries;

/// <summary>The <c>PoisonDrain__…</c> settings.</summary>
public sealed class PoisonDrainOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "PoisonDrain";

    private static readonly TimeSpan _mostInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan _mostPause = TimeSpan.FromDays(1);

    private IReadOnlyList<string> _unreadable = [];

    /// <summary>How often the local host looks into the poison queue. The function app looks once a minute.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The pause after a failed try starts at half a minute, doubles with every try, and is at most this long.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>After so many failed tries a message is quarantined; with the default pauses after about a day. <c>[decided]</c></summary>
    public int MaxTries { get; set; } = 150;

    /// <summary>The most messages of one run.</summary>
    public int MaxMessages { get; set; } = 1000;

    /// <summary>Reads the settings; each one not set keeps its default.</summary>
    /// <param name="section">The section.</param>
    public void Read(IConfigurationSection section)
    {
        var settings = new SettingsReader(section);
        Interval = settings.Duration(nameof(Interval)) ?? Interval;
        LongestPause = settings.Duration(nameof(LongestPause)) ?? LongestPause;
        MaxTries = settings.WholeNumber(nameof(MaxTries)) ?? MaxTries;
        MaxMessages = settings.WholeNumber(nameof(MaxMessages)) ?? MaxMessages;
        _unreadable = settings.Problems();
    }

    /// <summary>One line per wrong setting.</summary>
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
