using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Binds settings to a type and checks them at the start. The platform's binder stops at the first value that it cannot
/// convert, shows it, and passes over a misspelt name; an operator is to see every wrong setting at once, one line each: its
/// environment name, the rule, and the value's shape, never the value.
/// </summary>
public static class Setting
{
    /// <summary>
    /// Registers the type as options and as itself. Its annotations' messages are rules; what else is wrong is told by
    /// <see cref="IValidatableObject"/>, whose member names are settings, or as whole lines by <paramref name="faults"/>. The
    /// root is shared with others: of a section alone a name that is not known is a fault.
    /// </summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, IConfiguration section, Func<T, IEnumerable<string>>? faults = null)
        where T : class, new()
    {
        services.AddOptions<T>().Configure(settings => Bind(section, settings, [])).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(provider => new Validator<T>(section, faults ?? (_ => []), provider));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
        return services;
    }

    /// <summary>One line about one setting.</summary>
    public static string Fault(string name, string rule, string? value) => $"{name}: {rule} (found {Shape(value)})";

    private static string Shape(string? value) => value?.Length switch
    {
        null => "nothing",
        0 => "empty string",
        1 => "string of 1 character",
        var length => $"string of {length} characters",
    };

    private static List<PropertyInfo> Properties(Type type) => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)];

    private static void Bind(IConfiguration section, object settings, List<string> faults)
    {
        foreach (var property in Properties(settings.GetType()))
        {
            var setting = section.GetSection(property.Name);
            var entries = setting.GetChildren().Where(IsSet).ToList();
            if (property.PropertyType == typeof(ImmutableArray<TimeSpan>))
            {
                var values = entries.Select(entry => Read(entry, typeof(TimeSpan), faults)).OfType<TimeSpan>().ToImmutableArray();
                if (!values.IsEmpty)
                {
                    property.SetValue(settings, values);
                }
            }
            else if (property.PropertyType == typeof(Dictionary<string, string>))
            {
                property.SetValue(settings, entries.ToDictionary(entry => entry.Key, entry => entry.Value!));
            }
            else
            {
                faults.AddRange(entries.Select(entry => $"{NameOf(entry)}: is no setting; {NameOf(setting)} has one value"));
                if (IsSet(setting) && Read(setting, property.PropertyType, faults) is { } value)
                {
                    property.SetValue(settings, value);
                }
            }
        }
    }

    private static object? Read(IConfigurationSection setting, Type type, List<string> faults)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            // One form of a day only: 03/04 is March to some and April to others.
            return type == typeof(DateOnly)
                ? DateOnly.ParseExact(setting.Value!, "yyyy-MM-dd", CultureInfo.InvariantCulture)
                : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(setting.Value!);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            faults.Add(Fault(NameOf(setting), RuleOf(type), setting.Value));
            return null;
        }
    }

    private static string RuleOf(Type type) =>
        type.IsEnum ? $"must be one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}"
        : type == typeof(TimeSpan) ? "must be a time span such as 00:00:30"
        : type == typeof(DateOnly) ? "must be a day such as 2027-03-31"
        : type == typeof(int) ? "must be a whole number"
        : type == typeof(bool) ? "must be true or false"
        : "must be a number";

    // A template that leaves a setting empty means that it is not set.
    private static bool IsSet(IConfigurationSection setting) => !string.IsNullOrWhiteSpace(setting.Value);

    private static string NameOf(IConfigurationSection setting) => setting.Path.Replace(":", "__", StringComparison.Ordinal);

    private sealed class Validator<T>(IConfiguration configuration, Func<T, IEnumerable<string>> rules, IServiceProvider services) : IValidateOptions<T>
        where T : class, new()
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var faults = new List<string>();
            Bind(configuration, new T(), faults);
            var section = configuration as IConfigurationSection;
            var prefix = section is null ? "" : $"{NameOf(section)}__";
            var properties = Properties(typeof(T));
            foreach (var stranger in section?.GetChildren().Where(child => IsSet(child) || child.GetChildren().Any()) ?? [])
            {
                if (!properties.Exists(property => property.Name.Equals(stranger.Key, StringComparison.OrdinalIgnoreCase)))
                {
                    faults.Add($"{NameOf(stranger)}: is no setting; the settings are {string.Join(", ", properties.Select(property => property.Name))}");
                }
            }

            foreach (var property in properties)
            {
                var value = property.GetValue(options);
                faults.AddRange(property.GetCustomAttributes<ValidationAttribute>()
                    .Where(rule => !rule.IsValid(value))
                    .Select(rule => Fault(prefix + property.Name, rule.FormatErrorMessage(property.Name), configuration[property.Name])));
            }

            var others = (options as IValidatableObject)?.Validate(new ValidationContext(options, services, items: null)) ?? [];
            faults.AddRange(others.Select(fault => $"{prefix}{fault.MemberNames.First()}: {fault.ErrorMessage}"));
            faults.AddRange(rules(options));
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
