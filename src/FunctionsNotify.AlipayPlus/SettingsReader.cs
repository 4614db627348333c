using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Reads a section's settings by hand: the general binder throws at the first value that it cannot convert, shows it, and
/// passes over a misspelt name; the operator is to see every wrong setting at once, by its environment name.
/// </summary>
public sealed class SettingsReader
{
    private readonly IConfigurationSection _section;
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a section.</summary>
    /// <param name="section">The section.</param>
    public SettingsReader(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        _section = section;
    }

    /// <summary>A text; null when it is not set.</summary>
    /// <param name="name">The setting within the section.</param>
    public string? Text(string name) => Value(name);

    /// <summary>A time span such as <c>00:00:30</c>; null when it is not set.</summary>
    /// <param name="name">The setting within the section.</param>
    public TimeSpan? Duration(string name) => Value(name) is { } text ? Duration(name, text) : null;

    /// <summary>Time spans, <c>name__0</c> and on; null when none is set.</summary>
    /// <param name="name">The setting within the section.</param>
    public IReadOnlyList<TimeSpan>? Durations(string name)
    {
        _known.Add(name);
        var entries = _section.GetSection(name).GetChildren().Where(entry => !string.IsNullOrWhiteSpace(entry.Value)).ToList();
        return entries.Count == 0 ? null : [.. entries.Select(entry => Duration($"{name}__{entry.Key}", entry.Value!) ?? TimeSpan.Zero)];
    }

    /// <summary>A number; null when it is not set.</summary>
    /// <param name="name">The setting within the section.</param>
    public double? Number(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Add(name, "must be a number", text);
        return null;
    }

    /// <summary>A whole number; null when it is not set.</summary>
    /// <param name="name">The setting within the section.</param>
    public int? WholeNumber(string name)
    {
        if (Value(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Add(name, "must be a whole number", text);
        return null;
    }

    /// <summary>One line for each setting that could not be read, and for each that no one asked for: a misspelt name would else be passed over.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. _problems,
        .. _section.GetChildren().Where(child => !_known.Contains(child.Key)).Select(child => $"{EnvironmentName(child.Key)}: is no setting; the settings are {string.Join(", ", _known)}"),
    ];

    private string? Value(string name)
    {
        _known.Add(name);
        var text = _section[name];
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private TimeSpan? Duration(string name, string text)
    {
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Add(name, "must be a time span such as 00:00:30", text);
        return null;
    }

    private void Add(string name, string rule, string text) => _problems.Add($"{EnvironmentName(name)}: {rule}; found a text of {text.Length} characters");

    private string EnvironmentName(string name) => $"{_section.Path.Replace(":", "__", StringComparison.Ordinal)}__{name}";
}
