using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.KeyVault;
using FunctionsNotify.Operations;
using FunctionsNotify.Storage;
using FunctionsNotify.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.LocalHost;

/// <summary>What the local host is put together from: the decisions, the wire and the queues of the other rooms, and its own state and engine.</summary>
internal static class LocalHostServices
{
    public static IServiceCollection AddLocalHost(
        this IServiceCollection services, IConfiguration configuration, LocalHostOptions options, QueueSettings queues, string stateFile)
    {
        services.AddSingleton(options);
        services.AddSingleton(queues);
        services.AddSingleton(new EngineOptions { SendConcurrency = options.SendConcurrency });
        services.AddSingleton(TimeProvider.System);
        // Before AddDelivery, which leaves a policy that is there alone.
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<DeliveryOptions>>().Value.Policy.DividedBy(options.Speed));
        services.AddSingleton(provider => Faster(provider.GetRequiredService<IOptions<OverloadOptions>>().Value.Policy, options.Speed));

        services.AddSingleton(_ => new StateDatabase(stateFile));
        services.AddSingleton<StateWriter>();
        services.AddSingleton<StateReader>();
        services.AddSingleton<FreshDeliveries>();
        services.AddSingleton<OutcomeOutbox>();
        services.AddSingleton<DeliveryEngine>();
        services.AddSingleton<QueueIntake>();
        services.AddSingleton<PoisonLoop>();
        services.AddSingleton<IClaimStore, SqliteClaimStore>();
        services.AddSingleton<IDeliveryStarter>(provider => provider.GetRequiredService<DeliveryEngine>());
        services.AddSingleton<IBackpressure>(provider => provider.GetRequiredService<DeliveryEngine>());
        services.AddSingleton<IDeliveryReader>(provider => provider.GetRequiredService<DeliveryEngine>());
        services.AddSingleton<IDeliveryStatistics>(provider => provider.GetRequiredService<DeliveryEngine>());
        services.AddSingleton<ICommandSender>(provider => provider.GetRequiredService<DeliveryEngine>());

        services.AddSingleton<RetentionPurge>();
        services.AddSingleton<ObserveLoop>();
        services.AddSingleton<IReopening, LocalReopening>();
        services.AddSingleton<IAuditLog, SqliteAuditLog>();
        services.AddSingleton<IDeliveryListing, SqliteDeliveryListing>();
        services.AddSingleton<IDeliveryCounts, SqliteDeliveryCounts>();
        services.AddSingleton(provider => StateReadiness.Of(provider.GetRequiredService<StateDatabase>()));
        services.AddRetention(configuration.GetSection(RetentionPolicy.Section));
        services.AddDelivery(configuration.GetSection(DeliveryOptions.Section));
        services.AddPoisonDrain(configuration.GetSection(PoisonDrainOptions.Section));
        services.AddOverloadGuard(configuration.GetSection(OverloadPolicy.Section));
        services.AddAlipayPlus(configuration.GetSection(AlipayPlusOptions.SectionName));
        services.AddKeyVaultSigner(configuration.GetSection(KeyVaultOptions.Section));
        services.AddNotificationQueues(configuration);
        services.AddObserver();
        services.AddNotificationOperations("local");
        services.AddNotificationTelemetry();
        return services;
    }

    public static ILoggingBuilder AddLocalHostLogging(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        logging.AddFilter("Azure", LogLevel.None);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        return logging;
    }

    // The pause is the one of its times that a waiting payment sees.
    private static OverloadPolicy Faster(OverloadPolicy policy, double speed) => policy with { BreakerPause = policy.BreakerPause / speed };
}
