using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

internal static class AppServices
{
    public const string Host = "functions";

    public static IServiceCollection AddNotificationApp(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddAlipayPlus(configuration.GetSection(AlipayPlusOptions.SectionName));
        services.AddKeyVaultSigner(configuration.GetSection(KeyVaultOptions.Section));
        services.AddDelivery(configuration.GetSection(DeliveryOptions.Section));
        services.AddPoisonDrain(configuration.GetSection(PoisonDrainOptions.Section));
        services.AddOverloadGuard(configuration.GetSection(OverloadPolicy.Section));
        services.AddRetention(configuration.GetSection(RetentionPolicy.Section));
        services.AddNotificationStorage(configuration);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<QueueOptions>>(new TriggerSettings(configuration)));
        services.AddObserver();
        services.AddOperatorAccess(configuration);
        services.AddNotificationOperations(Host);
        services.AddNotificationTelemetry();
        services.AddAzureMonitor(configuration);

        // Made for each call by the factories, because their ports need the call's client; registrations that cannot be
        // resolved would stop the start where the host checks them.
        services.RemoveAll<NotificationIntake>();
        services.RemoveAll<NotificationOperations>();
        services.RemoveAll<NotificationApi>();
        services.RemoveAll<IRepair>();
        services.RemoveAll<RepairApi>();
        services.RemoveAll<IRedelivery>();
        services.RemoveAll<RedeliveryApi>();
        services.RemoveAll<BulkRedelivery>();
        services.RemoveAll<BulkRedeliveryApi>();
        services.RemoveAll<ConflictApplication>();
        services.RemoveAll<QuarantineApi>();
        services.TryAddSingleton<IntakeFactory>();
        services.TryAddSingleton<NotificationApiFactory>();

        services.TryAddSingleton<OperatorApiFactory>();
        services.TryAddSingleton<UpkeepFactory>();
        services.TryAddSingleton<OutcomeRecorder>();
        return services;
    }
}
