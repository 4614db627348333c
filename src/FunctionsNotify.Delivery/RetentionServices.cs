using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.Deliveries;

/// <summary>Registers how long what has ended is kept.</summary>
public static class RetentionServices
{
    /// <summary>Adds the policy from the section's settings. A wrong setting stops the start with one line for each.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section <see cref="RetentionPolicy.Section"/>.</param>
    public static IServiceCollection AddRetention(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RetentionOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetentionOptions>, Validator>());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<RetentionOptions>>().Value.Policy);
        return services;
    }

    private sealed class Validator : IValidateOptions<RetentionOptions>
    {
        public ValidateOptionsResult Validate(string? name, RetentionOptions options)
        {
            string[] found = [.. options.Unreadable, .. options.Policy.Violations()];
            return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
        }
    }
}
