using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FunctionsNotify.Operations;

/// <summary>Registers the operator's use cases of the quarantine.</summary>
public static class QuarantineServices
{
    /// <summary>Adds the use cases.</summary>
    /// <param name="services">The services; the host adds the ports and the log.</param>
    public static IServiceCollection AddQuarantineOperations(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<QuarantineOperations>();
        return services;
    }
}
