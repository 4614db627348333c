using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App.Tests.Hosting;

/// <summary>Each wrong setting stops the start with one line: its environment name, the rule, and never the value.</summary>
public sealed class SettingsTests
{
    private const string ConnectionString = "DefaultEndpointsProtocol=https;AccountName=conn;AccountKey=a2V5;EndpointSuffix=core.windows.net";

    [Fact]
    public void Settings_NothingSet_AreTheDocumentedDefaults()
    {
        using var services = AppServicesTests.Build(AppServicesTests.Sound);

        Assert.Equal(new DeliveryPolicy().RetryDelays.AsEnumerable(), services.GetRequiredService<DeliveryPolicy>().RetryDelays);
        Assert.Equal((null, 20, 0.9), (services.GetRequiredService<OverloadPolicy>().MaxSendsPerSecond, services.GetRequiredService<OverloadPolicy>().BreakerMinSends, services.GetRequiredService<OverloadPolicy>().BreakerFailureShare));
        Assert.Equal(("payment-notification-outcomes", OutcomeEncoding.None), (services.GetRequiredService<QueueSettings>().OutcomesQueue, services.GetRequiredService<QueueSettings>().OutcomesEncoding));
        Assert.Equal(("NotifyDeliveries", "payment-notifications-quarantine"), (services.GetRequiredService<StorageSettings>().Table, services.GetRequiredService<StorageSettings>().QuarantineContainer));
    }

    [Fact]
    public void Settings_Set_AreRead()
    {
        using var services = AppServicesTests.Build(With(
            ("Delivery:RetryDelays:0", "00:00:01"),
            ("Delivery:RetryDelays:1", "00:00:03"),
            ("Delivery:Jitter", "0.2"),
            ("Delivery:SetupFloor", ""),
            ("Overload:MaxSendsPerSecond", "12.5"),
            ("Overload:BreakerPause", "00:00:10"),
            ("OutcomesEncoding", "Base64")));

        services.GetRequiredService<IStartupValidator>().Validate();

        var policy = services.GetRequiredService<DeliveryPolicy>();
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)], policy.RetryDelays.AsEnumerable());
        Assert.Equal((0.2, TimeSpan.FromSeconds(30)), (policy.Jitter, policy.SetupFloor));
        Assert.Equal((12.5, TimeSpan.FromSeconds(10)), (services.GetRequiredService<OverloadPolicy>().MaxSendsPerSecond!.Value, services.GetRequiredService<OverloadPolicy>().BreakerPause));
        Assert.Equal(OutcomeEncoding.Base64, services.GetRequiredService<QueueSettings>().OutcomesEncoding);
    }

    [Theory]
    [InlineData("Delivery:RetryDelays:0", "00:01:00", "Delivery__RetryDelays__0: must be at most 5 s")]
    [InlineData("Delivery:RetryDelays:0", "soonish", "Delivery__RetryDelays__0: must be a time span such as 00:00:30 (found string of 7 characters)")]
    [InlineData("Delivery:Jitter", "7", "Delivery__Jitter: must be")]
    [InlineData("Delivery:Jitter", "secret", "Delivery__Jitter: must be a number (found string of 6 characters)")]
    [InlineData("Delivery:SetupFlor", "00:00:07", "Delivery__SetupFlor: is no setting; the settings are RetryDelays, Jitter, ")]
    [InlineData("Overload:MaxSendsPerSecond", "0", "Overload__MaxSendsPerSecond: must be from 0.1 to 100000, or not set (found string of 1 character)")]
    [InlineData("Overload:BreakerMinSends", "2.5", "Overload__BreakerMinSends: must be a whole number (found string of 3 characters)")]
    [InlineData("Overload:BreakerPause", "00:00:00", "Overload__BreakerPause: must be from 1 second to 1 hour (found string of 8 characters)")]
    [InlineData("Retention:History", "00:00:01", "Retention__History: must be from 1 to 3650 days")]
    [InlineData("OutcomesEncoding", "utf-8", "OutcomesEncoding: must be one of none, base64 (found string of 5 characters)")]
    [InlineData("OutcomesQueue", "two--dashes", "OutcomesQueue: must have 3 to 63 lower-case")]
    [InlineData("OutcomesQueue", "payment-notifications-poison", "OutcomesQueue: must be neither the notifications' queue nor its poison queue")]
    [InlineData("NotificationsQueue", "ab", "NotificationsQueue: must have 3 to 56 lower-case")]
    [InlineData("NotificationsQueue", "Upper", "NotificationsQueue: must have 3 to 56 lower-case")]
    [InlineData("NotificationsQueue", "-dash", "NotificationsQueue: must have 3 to 56 lower-case")]
    [InlineData("NotificationsQueue", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "NotificationsQueue: must have 3 to 56 lower-case")]
    [InlineData("Storage:Table", "Tables", "Storage__Table: must ")]
    [InlineData("Storage:Table", "1abc", "Storage__Table: must ")]
    [InlineData("Storage:QuarantineContainer", "$root", "Storage__QuarantineContainer: must have 3 to 63")]
    [InlineData("AzureWebJobsStorage", "nonsense-with-SECRET", "AzureWebJobsStorage: must be a storage account's connection string (found string of 20 characters)")]
    [InlineData("AzureWebJobsStorage", "", "AzureWebJobsStorage: is required: a connection string, or AzureWebJobsStorage__accountName with an identity (found nothing)")]
    [InlineData("PaymentsStorage", "AccountName=x;AccountKey=SECRET", "PaymentsStorage: must be a storage account's connection string")]
    public void Setting_Wrong_IsOneLine(string key, string value, string line)
    {
        var found = Assert.Single(Faults((key, value)));

        Assert.StartsWith(line, found, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", found, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Settings_SeveralWrong_AreOneLineEach() => Assert.Equal(
        [
            "Delivery__Jitter: must be a number (found string of 4 characters)",
            "Overload__BreakerPause: must be a time span such as 00:00:30 (found string of 4 characters)",
            "Overload__Pause: is no setting; the settings are MaxWorkItems, MaxSendsPerSecond, BreakerWindow, BreakerMinSends, BreakerFailureShare, BreakerPause",
            "PaymentsStorage__credential: must be managedidentity, or left out (found string of 8 characters)",
            "PaymentsStorage__queueServiceUri: must be an https address (found string of 37 characters)",
        ],
        Faults(
            ("Delivery:Jitter", "many"),
            ("Overload:BreakerPause", "soon"),
            ("Overload:Pause", "soon"),
            ("PaymentsStorage", ""),
            ("PaymentsStorage:queueServiceUri", "http://account.queue.core.windows.net"),
            ("PaymentsStorage:credential", "password")).Order(StringComparer.Ordinal));

    [Fact]
    public void Storage_AccountName_GivesTheAddresses()
    {
        using var services = AppServicesTests.Build(With(("AzureWebJobsStorage", ""), ("AzureWebJobsStorage:accountName", "acct1"), ("AzureWebJobsStorage:credential", "ManagedIdentity"), ("PaymentsStorage", "")));

        Assert.Equal("https://acct1.queue.core.windows.net/", services.GetRequiredService<QueueServiceClient>().Uri.ToString());
        Assert.Equal("https://acct1.blob.core.windows.net/payment-notifications-quarantine", services.GetRequiredService<BlobContainerClient>().Uri.ToString());
        Assert.StartsWith("https://acct1.table.core.windows.net/", services.GetRequiredService<NotifyTable>().Rows.Uri.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Storage_PaymentsOwnAccount_HoldsTheQueuesAndNothingElse()
    {
        using var services = AppServicesTests.Build(With(("AzureWebJobsStorage", ConnectionString), ("PaymentsStorage", ""), ("PaymentsStorage:queueServiceUri", "https://payments.queue.core.windows.net")));

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal("https://payments.queue.core.windows.net/", services.GetRequiredService<QueueServiceClient>().Uri.ToString());
        Assert.Equal("https://conn.blob.core.windows.net/payment-notifications-quarantine", services.GetRequiredService<BlobContainerClient>().Uri.ToString());
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("with-dash")]
    [InlineData("https://account.queue.core.windows.net")]
    public void Storage_AccountNameThatIsNone_SaysSo(string name) => Assert.StartsWith(
        "AzureWebJobsStorage__accountName: must have 3 to 24",
        Assert.Single(Faults(("AzureWebJobsStorage", ""), ("AzureWebJobsStorage:accountName", name))),
        StringComparison.Ordinal);

    private static Dictionary<string, string?> With(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(AppServicesTests.Sound);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return all;
    }

    private static IReadOnlyList<string> Faults(params (string Key, string Value)[] settings)
    {
        using var services = AppServicesTests.Build(With(settings));
        return StartFaults.Of(Record.Exception(services.GetRequiredService<IStartupValidator>().Validate)!);
    }
}
