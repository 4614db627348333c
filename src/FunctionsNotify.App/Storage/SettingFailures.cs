using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Collects wrong settings: the environment name, the rule and the value's shape, never the value.
internal sealed class SettingFailures
{
    private readonly List<string> _lines = [];

    public void Add(string setting, string rule, string shape) => _lines.Add($"{setting}: {rule} (found {shape})");

    public void Name(string setting, string? value, Func<string, string?> fault)
    {
        if (fault(value ?? string.Empty) is { } rule)
        {
            Add(setting, rule, Shape(value));
        }
    }

    public ValidateOptionsResult ToResult() =>
        _lines.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_lines);

    public static string Shape(string? value) => value?.Length switch
    {
        null => "nothing",
        0 => "empty string",
        1 => "string of 1 character",
        var length => $"string of {length} characters",
    };
}
