using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.KeyVault;
using FunctionsNotify.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.LocalHost;

/// <summary>Checks every setting before anything is started, so that all that is wrong is told at once.</summary>
internal static class SettingsCheck
{
    /// <summary>Adds one line for each wrong setting of the rooms below.</summary>
    /// <param name="configuration">The settings; storage may be missing, because Azurite is started then.</param>
    /// <param name="problems">Takes the lines.</param>
    public static void Judge(IConfiguration configuration, ICollection<string> problems)
    {
        var complete = new ConfigurationBuilder().AddConfiguration(configuration);
        if (!HasStorage(configuration))
        {
            complete.AddInMemoryCollection([new(StorageConnectionOptions.Section, "UseDevelopmentStorage=true")]);
        }

        var settings = complete.Build();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddDelivery(settings.GetSection(DeliveryOptions.Section))
            .AddPoisonDrain(settings.GetSection(PoisonDrainOptions.Section))
            .AddOverloadGuard(settings.GetSection(OverloadPolicy.Section))
            .AddRetention(settings.GetSection(RetentionPolicy.Section))
            .AddAlipayPlus(settings.GetSection(AlipayPlusOptions.SectionName))
            .AddKeyVaultSigner(settings.GetSection(KeyVaultOptions.Section))
            .AddNotificationQueues(settings)
            .BuildServiceProvider();
        Judge<DeliveryOptions>(services, problems);
        Judge<PoisonDrainOptions>(services, problems);
        Judge<OverloadOptions>(services, problems);
        Judge<RetentionOptions>(services, problems);
        Judge<AlipayPlusOptions>(services, problems);
        Judge<KeyVaultOptions>(services, problems);
        Judge<StorageConnectionOptions>(services, problems);
        Judge<StorageConnectionOptions>(services, problems, StorageConnectionOptions.PaymentsSection);
        Judge<QueueOptions>(services, problems);
        Judge<StorageOptions>(services, problems);
    }

    /// <summary>True when a storage account is named, by connection string or identity.</summary>
    public static bool HasStorage(IConfiguration configuration)
    {
        var section = configuration.GetSection(StorageConnectionOptions.Section);
        return !string.IsNullOrWhiteSpace(section.Value) || section.GetChildren().Any();
    }

    private static void Judge<TOptions>(IServiceProvider services, ICollection<string> problems, string? name = null)
        where TOptions : class
    {
        try
        {
            _ = services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);
        }
        catch (OptionsValidationException exception)
        {
            foreach (var failure in exception.Failures)
            {
                problems.Add(failure);
            }
        }
    }
}
