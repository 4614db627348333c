using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Binds settings and checks them by their data annotations at start. Beyond the platform's own binding and validation,
/// the operator sees every wrong setting at once, one line each, by its environment name, never by its value: also one
/// that cannot be converted (the binder stops at the first and shows it) and one whose name is misspelt.
/// </summary>
public static class SettingsServices
{
    /// <summary>
    /// Binds the section's settings to the properties of the same name; an empty text counts as not set. Annotations'
    /// messages go on after the name, and <see cref="IValidatableObject"/> tells the rest, its member names being settings.
    /// </summary>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IServiceCollection services, IConfigurationSection section)
        where TOptions : class, new()
    {
        services.AddSingleton<IValidateOptions<TOptions>>(provider => new Validator<TOptions>(section, provider));
        return services.AddOptions<TOptions>().Configure(options => Bind(section, options)).ValidateOnStart();
    }

    private static List<ValidationResult> Bind(IConfigurationSection section, object options)
    {
        var problems = new List<ValidationResult>();
        var properties = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null).ToList();
        foreach (var setting in section.GetChildren().Where(child => !string.IsNullOrWhiteSpace(child.Value) || child.GetChildren().Any()))
        {
            var property = properties.Find(property => property.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                problems.Add(new($"is no setting; the settings are {string.Join(", ", properties.Select(known => known.Name))}", [setting.Key]));
                continue;
            }

            try
            {
                property.SetValue(options, Read(setting, property.PropertyType));
            }
            catch (Exception fault) when (fault is InvalidOperationException or FormatException)
            {
                problems.Add(new(Rule(property.PropertyType) + Shape(setting.Value), [property.Name]));
            }
        }

        return problems;
    }

    // One form only: 03/04 is March to some and April to others.
    private static object? Read(IConfigurationSection setting, Type type) => Nullable.GetUnderlyingType(type) == typeof(DateOnly)
        ? DateOnly.ParseExact(setting.Value ?? "", "yyyy-MM-dd", CultureInfo.InvariantCulture)
        : setting.Get(type, binder => binder.ErrorOnUnknownConfiguration = true);

    private static string Rule(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } names => $"must be one of {string.Join(", ", Enum.GetNames(names))}",
        var one when one == typeof(TimeSpan) => "must be a time span such as 00:00:30",
        var one when one == typeof(DateOnly) => "must be a day such as 2027-03-31",
        var one when one == typeof(int) || one == typeof(long) => "must be a whole number",
        var one when one == typeof(double) => "must be a number",
        var one when one == typeof(bool) => "must be true or false",
        var one when one.GetElementType() is { } element => $"each one {Rule(element)}",
        _ => "cannot be read as it is written",
    };

    private static string Shape(object? value) => value is string { Length: > 0 } text && !string.IsNullOrWhiteSpace(text) ? $"; found a text of {text.Length} characters" : "";

    private sealed class Validator<TOptions>(IConfigurationSection section, IServiceProvider services) : IValidateOptions<TOptions>
        where TOptions : class, new()
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var problems = Bind(section, new TOptions());
            var context = new ValidationContext(options, services, items: null);
            foreach (var property in typeof(TOptions).GetProperties())
            {
                var value = property.GetValue(options);
                problems.AddRange(property.GetCustomAttributes<ValidationAttribute>()
                    .Where(rule => !rule.IsValid(value))
                    .Select(rule => new ValidationResult(rule.FormatErrorMessage(property.Name) + Shape(value), [property.Name])));
            }

            problems.AddRange((options as IValidatableObject)?.Validate(context) ?? []);
            var prefix = section.Path.Replace(":", "__", StringComparison.Ordinal);
            return problems.Count == 0
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(problems.Select(problem => $"{prefix}__{problem.MemberNames.First()}: {problem.ErrorMessage}."));
        }
    }
}
