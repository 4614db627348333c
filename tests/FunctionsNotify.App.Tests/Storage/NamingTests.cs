using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App.Tests.Storage;

public sealed class NamingTests
{
    [Fact]
    public void Options_NothingSet_AreTheDocumentedDefaults()
    {
        var queues = Read<QueueOptions>();
        var storage = Read<StorageOptions>();

        Assert.Equal(("payment-notifications", "payment-notification-outcomes"), (queues.Notifications, queues.Outcomes));
        Assert.Equal(OutcomeEncoding.None, queues.ReadOutcomeEncoding());
        Assert.Equal(("NotifyDeliveries", "payment-notifications-quarantine"), (storage.Table, storage.QuarantineContainer));
    }

    [Theory]
    [InlineData("base64", OutcomeEncoding.Base64)]
    [InlineData("Base64", OutcomeEncoding.Base64)]
    [InlineData("NONE", OutcomeEncoding.None)]
    public void QueueOptions_OutcomeEncoding_IsReadInAnyCase(string value, OutcomeEncoding expected) =>
        Assert.Equal(expected, Read<QueueOptions>(("Queues:OutcomeEncoding", value)).ReadOutcomeEncoding());

    [Theory]
    [InlineData("abc")]
    [InlineData("0-9-a")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void QueueOptions_GoodName_IsTaken(string name) =>
        Assert.Equal(name, Read<QueueOptions>(("Queues:Notifications", name)).Notifications);

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("under_score")]
    [InlineData("-dash")]
    [InlineData("dash-")]
    [InlineData("two--dashes")]
    [InlineData("ümlaut")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void QueueOptions_BadName_IsNamedByItsSetting(string name) =>
        Assert.StartsWith(
            "Queues__Notifications: must have 3 to 56 lower-case ASCII letters",
            Assert.Single(Faults<QueueOptions>(("Queues:Notifications", name))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("my-queue")]
    [InlineData("my-queue-poison")]
    public void QueueOptions_OutcomesInAQueueOfTheTrigger_AreRefused(string outcomes) =>
        Assert.Equal(
            ["Queues__Outcomes: must be neither the notifications' queue nor its poison queue (found the same name)"],
            Faults<QueueOptions>(("Queues:Notifications", "my-queue"), ("Queues:Outcomes", outcomes)));

    [Fact]
    public void QueueOptions_SeveralFaults_GivesOneLineEach() =>
        Assert.Equal(
            [
                "Queues__Notifications: must have 3 to 56 lower-case ASCII letters, digits and single dashes, and start and end with a letter or digit (found string of 1 character)",
                "Queues__Outcomes: must have 3 to 63 lower-case ASCII letters, digits and single dashes, and start and end with a letter or digit (found empty string)",
                "Queues__OutcomeEncoding: must be none or base64 (found string of 5 characters)",
            ],
            Faults<QueueOptions>(("Queues:Notifications", "A"), ("Queues:Outcomes", string.Empty), ("Queues:OutcomeEncoding", "utf-8")));

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("with-dash")]
    [InlineData("Tables")]
    public void StorageOptions_BadTable_IsNamedByItsSetting(string name) =>
        Assert.StartsWith("Storage__Table: must ", Assert.Single(Faults<StorageOptions>(("Storage:Table", name))), StringComparison.Ordinal);

    [Fact]
    public void StorageOptions_BadContainer_IsNamedByItsSetting() =>
        Assert.StartsWith(
            "Storage__QuarantineContainer: must have 3 to 63",
            Assert.Single(Faults<StorageOptions>(("Storage:QuarantineContainer", "$root"))),
            StringComparison.Ordinal);

    private static TOptions Read<TOptions>(params (string Key, string Value)[] settings)
        where TOptions : class
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return new ServiceCollection().AddNotificationStorage(configuration).BuildServiceProvider().GetRequiredService<IOptions<TOptions>>().Value;
    }

    private static IEnumerable<string> Faults<TOptions>(params (string Key, string Value)[] settings)
        where TOptions : class => Assert.Throws<OptionsValidationException>(() => Read<TOptions>(settings)).Failures;
}
