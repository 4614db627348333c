using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Registers the adapters over one storage account. A wrong setting stops the start with one line for each.
internal static class StorageServices
{
    // Adds every adapter: codec, outcomes, quarantine, claims and index. What is missing in the account is created when
    // the host starts. A port that the host has registered before stays the host's.
    public static IServiceCollection AddNotificationStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddNotificationQueues(configuration);
        services.TryAddSingleton(provider => StorageClients.Tables(Connection(provider)));
        services.TryAddSingleton<IClaimStore>(provider => new TableClaimStore(
            Table(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TableClaimStore>>()));
        services.TryAddSingleton<IDeliveryIndex>(provider => new TableDeliveryIndex(Table(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IClaimMaintenance>(provider => new TableClaimMaintenance(Table(provider)));
        services.TryAddSingleton<IDeliveryIndexMaintenance>(provider => new TableIndexMaintenance(Table(provider)));
        services.TryAddSingleton<IDeliveryStatistics>(provider => new TableDeliveryStatistics(Table(provider)));
        services.TryAddSingleton<IDeliveryListing>(provider => new TableDeliveryListing(Table(provider)));
        services.TryAddSingleton<IDeliveryCounts>(provider => new TableDeliveryCounts(Table(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => StorageReadiness.Table(Table(provider)));
        services.TryAddSingleton<IPurgeBookmark>(provider => new TablePurgeBookmark(Table(provider)));
        services.AddTableAuditLog();
        services.AddSingleton(provider => Resource(Table(provider)));
        return services;
    }

    public static IServiceCollection AddTableAuditLog(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => StorageClients.Tables(Connection(provider)));
        services.TryAddSingleton<IAuditLog>(provider => new TableAuditLog(Table(provider)));
        return services;
    }

    // Adds what needs queues and blobs only: codec, outcomes, quarantine. For a host that keeps claims and index
    // itself.
    public static IServiceCollection AddNotificationQueues(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        AddOptions(services, configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => StorageClients.Queues(PaymentsConnection(provider)));
        services.TryAddSingleton(provider => StorageClients.Blobs(Connection(provider)));
        services.TryAddSingleton(Queues);
        services.TryAddSingleton<IMessageCodec, MessageCodec>();
        services.TryAddSingleton<IOutcomePublisher>(provider => new QueueOutcomePublisher(
            provider.GetRequiredService<NotificationQueues>().Outcomes,
            Options<QueueOptions>(provider).ReadOutcomeEncoding() ?? OutcomeEncoding.None));
        services.TryAddSingleton(provider => new BlobQuarantineStore(Container(provider)));
        services.TryAddSingleton<IQuarantineStore>(provider => provider.GetRequiredService<BlobQuarantineStore>());
        services.TryAddSingleton<IQuarantineRecords>(provider => provider.GetRequiredService<BlobQuarantineStore>());
        services.TryAddSingleton<INotificationSender>(provider => new NotificationSender(provider.GetRequiredService<NotificationQueues>().Notifications));
        services.TryAddSingleton<IPoisonMessages>(provider => new PoisonMessages(Poison(provider)));
        services.TryAddSingleton<IQueueStatistics>(provider => new QueueStatisticsReader(
            provider.GetRequiredService<NotificationQueues>(), Poison(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IQuarantineStatistics>(provider => new QuarantineCount(Container(provider)));
        services.AddSingleton(provider => StorageReadiness.Queues(provider.GetRequiredService<NotificationQueues>()));
        services.AddSingleton(provider => StorageReadiness.Blobs(Container(provider)));
        services.AddSingleton(provider => Resource(provider.GetRequiredService<NotificationQueues>().Notifications));
        services.AddSingleton(provider => Resource(provider.GetRequiredService<NotificationQueues>().Outcomes));
        services.AddSingleton(provider => Resource(Container(provider)));
        services.TryAddSingleton<StorageProvisioner>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StorageProvisioner>(provider => provider.GetRequiredService<StorageProvisioner>()));
        return services;
    }

    private static void AddOptions(IServiceCollection services, IConfiguration configuration)
    {
        AddConnection(services, Microsoft.Extensions.Options.Options.DefaultName, configuration.GetSection(StorageConnectionOptions.Section));
        var payments = configuration.GetSection(StorageConnectionOptions.PaymentsSection);
        AddConnection(services, StorageConnectionOptions.PaymentsSection, IsSet(payments) ? payments : configuration.GetSection(StorageConnectionOptions.Section));
        services.AddOptions<QueueOptions>().Bind(configuration.GetSection(QueueOptions.Section)).ValidateOnStart();
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageConnectionOptions>, StorageConnectionValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<QueueOptions>, QueueOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
    }

    private static void AddConnection(IServiceCollection services, string name, IConfigurationSection section) =>
        services.AddOptions<StorageConnectionOptions>(name)
            .Bind(section)
            .Configure(options => (options.ConnectionString, options.Source) = (section.Value, section.Path))
            .ValidateOnStart();

    private static bool IsSet(IConfigurationSection section) =>
        !string.IsNullOrWhiteSpace(section.Value) || section.GetChildren().Any(child => !string.IsNullOrWhiteSpace(child.Value));

    private static TOptions Options<TOptions>(IServiceProvider provider)
        where TOptions : class => provider.GetRequiredService<IOptions<TOptions>>().Value;

    private static StorageConnectionOptions Connection(IServiceProvider provider) => Options<StorageConnectionOptions>(provider);

    private static StorageConnectionOptions PaymentsConnection(IServiceProvider provider) =>
        provider.GetRequiredService<IOptionsMonitor<StorageConnectionOptions>>().Get(StorageConnectionOptions.PaymentsSection);

    private static NotificationQueues Queues(IServiceProvider provider)
    {
        var service = provider.GetRequiredService<QueueServiceClient>();
        var options = Options<QueueOptions>(provider);
        return new NotificationQueues(service.GetQueueClient(options.Notifications), service.GetQueueClient(options.Outcomes));
    }

    private static QueueClient Poison(IServiceProvider provider) =>
        provider.GetRequiredService<QueueServiceClient>().GetQueueClient(PoisonMessages.NameOf(Options<QueueOptions>(provider).Notifications));

    private static TableClient Table(IServiceProvider provider) =>
        provider.GetRequiredService<TableServiceClient>().GetTableClient(Options<StorageOptions>(provider).Table);

    private static BlobContainerClient Container(IServiceProvider provider) =>
        provider.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(Options<StorageOptions>(provider).QuarantineContainer);

    private static StorageResource Resource(QueueClient queue) =>
        new($"queue {queue.Name}", cancellationToken => queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken));

    private static StorageResource Resource(BlobContainerClient container) =>
        new($"blob container {container.Name}", cancellationToken => container.CreateIfNotExistsAsync(cancellationToken: cancellationToken));

    private static StorageResource Resource(TableClient table) =>
        new($"table {table.Name}", cancellationToken => table.CreateIfNotExistsAsync(cancellationToken));
}
