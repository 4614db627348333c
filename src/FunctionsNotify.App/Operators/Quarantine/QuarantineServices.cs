using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FunctionsNotify.App;

internal static class QuarantineServices
{
    public static IServiceCollection AddQuarantineOperations(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<QuarantineOperations>();
        return services;
    }
}
