using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FunctionsNotify.App;

internal static class OperationsServices
{
    // Adds the use cases and the API's handlers. Whoever reaches them may call them, unless the host has registered
    // another OperatorAccess before.
    public static IServiceCollection AddNotificationOperations(this IServiceCollection services, string host)
    {
        services.TryAddSingleton<Func<HealthReport>>(provider => () => HealthReport.Of(
            host,
            provider.GetRequiredService<DeliveryPolicy>(),
            provider.GetRequiredService<OverloadPolicy>(),
            provider.GetRequiredService<GuardedSender>()));
        services.TryAddSingleton<NotificationOperations>();
        services.TryAddSingleton<NotificationApi>();
        services.AddQuarantineOperations();
        services.TryAddSingleton(new OperatorAccess(AuthenticationMode.Keys));
        services.TryAddSingleton<IRepair, RepairOperation>();
        services.TryAddSingleton<RepairApi>();
        services.TryAddSingleton<IRedelivery, RedeliveryOperation>();
        services.TryAddSingleton<RedeliveryApi>();
        services.TryAddSingleton<BulkRedelivery>();
        services.TryAddSingleton<BulkRedeliveryApi>();
        services.TryAddSingleton<ConflictApplication>();
        services.TryAddSingleton<QuarantineApi>();
        services.TryAddSingleton<AuditApi>();
        services.TryAddSingleton<NotificationListApi>();
        services.TryAddSingleton<SummaryApi>();
        services.TryAddSingleton<OpenApiDocument>();
        services.AddSingleton(provider => HostChecks.Configuration(provider.GetRequiredService<DeliveryPolicy>(), provider.GetRequiredService<OverloadPolicy>()));
        services.AddSingleton(provider => HostChecks.SigningKey(provider.GetRequiredService<IRequestSigner>()));
        services.TryAddSingleton<ReadinessApi>();
        return services;
    }
}
