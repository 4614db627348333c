using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.Deliveries;

/// <summary>Registers the decisions and the use cases over the host's ports.</summary>
public static class DeliveryServices
{
    /// <summary>
    /// Adds the policy from the section's settings and the intake. The host adds the ports. A wrong setting stops the
    /// start with one line for each.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section <see cref="DeliveryOptions.Section"/>.</param>
    public static IServiceCollection AddDelivery(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<DeliveryOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<DeliveryOptions>>().Value.ToPolicy());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MessageQuarantine>();
        services.TryAddSingleton<NotificationIntake>();
        return services;
    }

    private sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
    {
        public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
        {
            var violations = options.ToPolicy().Violations();
            return violations.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(violations);
        }
    }
}
