using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal static class OperatorServices
{
    public static IServiceCollection AddOperators(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(provider => OperatorAccess.Of(configuration, provider.GetRequiredService<ILogger<OperatorAccess>>()));
        services.TryAddSingleton<OperatorHttp>();
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<Payments>();
        services.TryAddSingleton<DeliveryList>();
        services.TryAddSingleton<RedeliveryOperation>();
        services.TryAddSingleton<Commands>();
        services.TryAddSingleton<Bulk>();
        services.TryAddSingleton<SendingPause>();
        services.TryAddSingleton<LastAcknowledged>();
        services.TryAddSingleton<Quarantine>();
        services.TryAddSingleton<Summary>();
        services.TryAddSingleton<Readiness>();
        services.AddSingleton(provider => Readiness.Configuration(provider.GetRequiredService<DeliveryPolicy>()));
        services.AddSingleton(provider => Readiness.SigningKey(provider.GetRequiredService<IRequestSigner>()));
        return services;
    }
}
