using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Registers everything that the functions need.
internal static class AppServices
{
    // What the app calls itself in its health report.
    public const string Host = "functions";

    private const string PoisonSuffix = "-poison";

    public static IServiceCollection AddNotificationApp(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddAlipayPlus(configuration.GetSection(AlipayPlusOptions.SectionName));
        services.AddKeyVaultSigner(configuration.GetSection(KeyVaultOptions.Section));
        services.AddSettings<DeliveryPolicy>(configuration.GetSection("Delivery"), policy => policy.Violations());
        services.AddSettings<OverloadPolicy>(configuration.GetSection(OverloadPolicy.Section));
        services.AddSettings<RetentionPolicy>(configuration.GetSection(RetentionPolicy.Section), policy => policy.Violations());
        services.AddStorage(configuration);
        services.AddMetrics();
        services.TryAddSingleton<Metrics>();
        services.AddSingleton<GuardedSender>();
        services.AddSingleton<Recorder>();
        services.AddSingleton<MessageQuarantine>();
        services.AddSingleton(provider => new Admission(
            StorageConnection.Of(configuration).Queues(provider.GetService<HttpPipelineTransport>()).GetQueueClient(Durable.WorkItemsQueue(configuration[Durable.TaskHubSetting])),
            provider.GetRequiredService<OverloadPolicy>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Admission>>()));
        services.AddSingleton<NotificationIntake>();
        services.AddSingleton<PoisonDrain>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton<StuckSearch>();
        services.AddSingleton<Purge>();
        services.AddSingleton<Observer>();
        services.AddSingleton<Upkeep>();
        services.AddOperators(configuration);
        services.AddAzureMonitor(configuration);
        return services;
    }

    private static void AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        var (account, payments) = (StorageConnection.Of(configuration), StorageConnection.OfPayments(configuration));
        services.AddSettings<QueueSettings>(configuration, settings => settings.Faults(configuration).Concat(DisabledFunctions.Faults(configuration)).Concat(account.Faults()).Concat(payments.Faults()).Distinct());
        services.AddSettings<StorageSettings>(configuration.GetSection(StorageSettings.Section));
        services.AddSingleton(provider => payments.Queues(Transport(provider)));
        services.AddSingleton(provider => account.Blobs(Transport(provider)).GetBlobContainerClient(provider.GetRequiredService<StorageSettings>().QuarantineContainer));
        services.AddSingleton(provider => account.Table(provider.GetRequiredService<StorageSettings>().Table, Transport(provider)));
        services.AddSingleton(provider =>
        {
            var (service, settings) = (provider.GetRequiredService<QueueServiceClient>(), provider.GetRequiredService<QueueSettings>());
            return new Queues(
                service.GetQueueClient(settings.NotificationsQueue),
                service.GetQueueClient(settings.OutcomesQueue),
                service.GetQueueClient(settings.NotificationsQueue + PoisonSuffix),
                settings.OutcomesEncoding,
                provider.GetRequiredService<Metrics>(),
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<Claims>();
        services.AddSingleton<Rounds>();
        services.AddSingleton<DeliveryIndex>();
        services.AddSingleton(provider => new DeliveryListing(provider.GetRequiredService<NotifyTable>()));
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton(provider => StorageReadiness.Of(provider.GetRequiredService<Queues>()));
        services.AddSingleton(provider => StorageReadiness.Of(provider.GetRequiredService<NotifyTable>()));
        services.AddSingleton(provider => StorageReadiness.Of(provider.GetRequiredService<BlobContainerClient>()));
        services.AddHostedService<StorageStart>();

        // Tests put their own in, to let a call fail.
        static HttpPipelineTransport? Transport(IServiceProvider provider) => provider.GetService<HttpPipelineTransport>();
    }
}
