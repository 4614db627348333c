using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Binds a section to a type and checks it at the start. The general binder stops at the first value that it cannot
// convert, shows it, and passes over a misspelt name; an operator is to see every wrong setting at once, one line each:
// its environment name, the rule, and the value's shape, never the value.
internal static class Setting
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;

    // The type itself can be asked for too. The root is shared with others, so a name that is not known there is theirs.
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, IConfiguration section, Func<T, IEnumerable<string>>? faults = null)
        where T : class, new()
    {
        services.AddOptions<T>().Configure(settings => Bind(section, settings, [])).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new Validator<T>(section, faults ?? (_ => [])));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
        return services;
    }

    public static string Fault(string name, string rule, string? value) => $"{name}: {rule} (found {Shape(value)})";

    private static string Shape(string? value) => value?.Length switch
    {
        null => "nothing",
        0 => "empty string",
        1 => "string of 1 character",
        var length => $"string of {length} characters",
    };

    private static void Bind(IConfiguration section, object settings, List<string> faults)
    {
        foreach (var property in settings.GetType().GetProperties(Members).Where(property => property.CanWrite))
        {
            var setting = section.GetSection(property.Name);
            if (property.PropertyType == typeof(ImmutableArray<TimeSpan>))
            {
                var entries = setting.GetChildren().Where(IsSet).Select(entry => Read(entry, typeof(TimeSpan), faults)).OfType<TimeSpan>().ToImmutableArray();
                if (!entries.IsEmpty)
                {
                    property.SetValue(settings, entries);
                }
            }
            else if (IsSet(setting) && Read(setting, property.PropertyType, faults) is { } value)
            {
                property.SetValue(settings, value);
            }
        }
    }

    private static object? Read(IConfigurationSection setting, Type type, List<string> faults)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(setting.Value!);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            var rule = type == typeof(TimeSpan) ? "must be a time span such as 00:00:30" : type == typeof(int) ? "must be a whole number"
                : type.IsEnum ? $"must be one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}" : "must be a number";
            faults.Add(Fault(NameOf(setting), rule, setting.Value));
            return null;
        }
    }

    // A template that leaves a setting empty means that it is not set.
    private static bool IsSet(IConfigurationSection setting) => !string.IsNullOrWhiteSpace(setting.Value);

    private static string NameOf(IConfigurationSection setting) => setting.Path.Replace(":", "__", StringComparison.Ordinal);

    private sealed class Validator<T>(IConfiguration configuration, Func<T, IEnumerable<string>> rules) : IValidateOptions<T>
        where T : class, new()
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var faults = new List<string>();
            Bind(configuration, new T(), faults);
            var section = configuration as IConfigurationSection;
            var known = typeof(T).GetProperties(Members).Where(property => property.CanWrite).Select(property => property.Name).ToList();
            foreach (var stranger in section?.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) ?? [])
            {
                faults.Add($"{NameOf(stranger)}: is no setting; the settings are {string.Join(", ", known)}");
            }

            var results = new List<ValidationResult>();
            System.ComponentModel.DataAnnotations.Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            foreach (var result in results)
            {
                var member = result.MemberNames.FirstOrDefault();
                faults.Add(Fault(section is null ? member! : $"{NameOf(section)}__{member}", result.ErrorMessage!, configuration[member!]));
            }

            faults.AddRange(rules(options));
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
