using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FunctionsNotify.Operations;

/// <summary>Registers the operator's use cases over the host's ports.</summary>
public static class OperationsServices
{
    /// <summary>
    /// Adds the use cases and the API's handlers. Whoever reaches them may call them, unless the host has registered another
    /// <see cref="OperatorAccess"/> before.
    /// </summary>
    /// <param name="services">The services; the host adds the ports, the policy and the overload guard.</param>
    /// <param name="host">What the host calls itself in its health report: <c>functions</c> or <c>local</c>.</param>
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
