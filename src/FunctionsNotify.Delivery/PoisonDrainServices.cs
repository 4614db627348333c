using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.Deliveries;

/// <summary>Registers the poison drain over the host's ports.</summary>
public static class PoisonDrainServices
{
    /// <summary>Adds the use case. A wrong setting stops the start with one line for each.</summary>
    /// <param name="services">The services; the host adds the ports and <see cref="DeliveryServices.AddDelivery"/>.</param>
    /// <param name="section">The section <see cref="PoisonDrainOptions.Section"/>.</param>
    public static IServiceCollection AddPoisonDrain(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<PoisonDrainOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PoisonDrainOptions>, Validator>());
        services.TryAddSingleton<PoisonDrain>();
        return services;
    }

    private sealed class Validator : IValidateOptions<PoisonDrainOptions>
    {
        public ValidateOptionsResult Validate(string? name, PoisonDrainOptions options) =>
            options.Violations() is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
