using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FunctionsNotify.Deliveries;

/// <summary>Registers the observer over the host's ports.</summary>
public static class ObserverServices
{
    /// <summary>Adds the use case.</summary>
    /// <param name="services">The services; the host adds the ports.</param>
    public static IServiceCollection AddObserver(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Observer>();
        return services;
    }
}
