using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App.Tests.Storage;

public sealed class StorageConnectionTests
{
    private const string ConnectionString =
        "DefaultEndpointsProtocol=https;AccountName=conn;AccountKey=a2V5;EndpointSuffix=core.windows.net";

    [Fact]
    public void Read_ConnectionString_Counts()
    {
        var connection = Read(("AzureWebJobsStorage", ConnectionString), ("AzureWebJobsStorage:accountName", "other"));

        Assert.Equal("https://conn.queue.core.windows.net/", StorageClients.Queues(connection).Uri.ToString());
        Assert.Equal("https://conn.blob.core.windows.net/", StorageClients.Blobs(connection).Uri.ToString());
        Assert.Equal("https://conn.table.core.windows.net/", StorageClients.Tables(connection).Uri.ToString());
    }

    [Fact]
    public void Read_AccountName_GivesTheThreeAddresses()
    {
        var connection = Read(("AzureWebJobsStorage:accountName", "acct1"));

        Assert.Equal("https://acct1.queue.core.windows.net/", StorageClients.Queues(connection).Uri.ToString());
        Assert.Equal("https://acct1.blob.core.windows.net/", StorageClients.Blobs(connection).Uri.ToString());
        Assert.Equal("https://acct1.table.core.windows.net/", StorageClients.Tables(connection).Uri.ToString());
        Assert.IsType<DefaultAzureCredential>(StorageClients.Credential(connection));
    }

    [Fact]
    public void Read_ServiceUris_CountBeforeTheAccountName()
    {
        var connection = Read(
            ("AzureWebJobsStorage:accountName", "acct1"),
            ("AzureWebJobsStorage:queueServiceUri", "https://q.example.net"),
            ("AzureWebJobsStorage:blobServiceUri", "https://b.example.net"),
            ("AzureWebJobsStorage:tableServiceUri", "https://t.example.net"));

        Assert.Equal("https://q.example.net/", StorageClients.Queues(connection).Uri.ToString());
        Assert.Equal("https://b.example.net/", StorageClients.Blobs(connection).Uri.ToString());
        Assert.Equal("https://t.example.net/", StorageClients.Tables(connection).Uri.ToString());
    }

    [Theory]
    [InlineData("managedidentity", null, null, typeof(ManagedIdentityCredential))]
    [InlineData("ManagedIdentity", "11111111-1111-1111-1111-111111111111", null, typeof(ManagedIdentityCredential))]
    [InlineData("workloadidentity", "11111111-1111-1111-1111-111111111111", null, typeof(WorkloadIdentityCredential))]
    [InlineData(null, "11111111-1111-1111-1111-111111111111", null, typeof(DefaultAzureCredential))]
    [InlineData(null, "11111111-1111-1111-1111-111111111111", "secret", typeof(ClientSecretCredential))]
    [InlineData("", "", "", typeof(DefaultAzureCredential))]
    public void Credential_Settings_NameTheIdentity(string? credential, string? clientId, string? clientSecret, Type expected)
    {
        var connection = Read(
            ("AzureWebJobsStorage:accountName", "acct1"),
            ("AzureWebJobsStorage:credential", credential),
            ("AzureWebJobsStorage:clientId", clientId),
            ("AzureWebJobsStorage:tenantId", "22222222-2222-2222-2222-222222222222"),
            ("AzureWebJobsStorage:clientSecret", clientSecret));

        Assert.IsType(expected, StorageClients.Credential(connection));
    }

    [Fact]
    public void Read_Nothing_SaysWhatIsRequired() =>
        Assert.Equal(["AzureWebJobsStorage: is required: a connection string, or AzureWebJobsStorage__accountName with an identity (found nothing)"], Faults());

    [Theory]
    [InlineData("nonsense-with-SECRET")]
    [InlineData("AccountName=x;AccountKey=SECRET")]
    [InlineData("AccountName=x;AccountKey=S!CRET;EndpointSuffix=core.windows.net")]
    public void Read_BrokenConnectionString_SaysSoWithoutIt(string connectionString)
    {
        var fault = Assert.Single(Faults(("AzureWebJobsStorage", connectionString)));

        Assert.StartsWith("AzureWebJobsStorage: must be a storage account's connection string", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("CRET", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WrongIdentitySettings_GivesOneLineEach()
    {
        var faults = Faults(
            ("AzureWebJobsStorage:queueServiceUri", "http://account.queue.core.windows.net"),
            ("AzureWebJobsStorage:blobServiceUri", "account"),
            ("AzureWebJobsStorage:credential", "password"),
            ("AzureWebJobsStorage:clientId", "a"),
            ("AzureWebJobsStorage:managedIdentityResourceId", "b"),
            ("AzureWebJobsStorage:clientSecret", "c"));

        Assert.Equal(
            [
                "AzureWebJobsStorage__queueServiceUri: must be an https address (found string of 37 characters)",
                "AzureWebJobsStorage__blobServiceUri: must be an https address (found string of 7 characters)",
                "AzureWebJobsStorage__tableServiceUri: is required without AzureWebJobsStorage__accountName (found nothing)",
                "AzureWebJobsStorage__credential: must be managedidentity or workloadidentity, or left out (found string of 8 characters)",
                "AzureWebJobsStorage__managedIdentityResourceId: must not be given beside AzureWebJobsStorage__clientId (found both)",
                "AzureWebJobsStorage__clientSecret: needs AzureWebJobsStorage__clientId and AzureWebJobsStorage__tenantId (found one of them missing)",
            ],
            faults);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("with-dash")]
    [InlineData("https://account.queue.core.windows.net")]
    public void Read_AccountNameThatIsNone_SaysSo(string name) =>
        Assert.StartsWith("AzureWebJobsStorage__accountName: must have 3 to 24", Assert.Single(Faults(("AzureWebJobsStorage:accountName", name))), StringComparison.Ordinal);

    [Fact]
    public void PaymentsStorage_NotSet_IsTheHostsAccount()
    {
        var services = Services([("AzureWebJobsStorage:accountName", "acct1"), ("PaymentsStorage:queueServiceUri", "")]);

        Assert.Equal("https://acct1.queue.core.windows.net/", services.GetRequiredService<QueueServiceClient>().Uri.ToString());
    }

    [Fact]
    public void PaymentsStorage_Set_HoldsTheQueuesAndNothingElse()
    {
        var services = Services([("AzureWebJobsStorage:accountName", "acct1"), ("PaymentsStorage:queueServiceUri", "https://payments.queue.core.windows.net")]);

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal("https://payments.queue.core.windows.net/", services.GetRequiredService<QueueServiceClient>().Uri.ToString());
        Assert.Equal("https://acct1.blob.core.windows.net/", services.GetRequiredService<BlobServiceClient>().Uri.ToString());
        Assert.Equal("https://acct1.table.core.windows.net/", services.GetRequiredService<TableServiceClient>().Uri.ToString());
    }

    [Fact]
    public void PaymentsStorage_ConnectionString_Counts()
    {
        var services = Services([("AzureWebJobsStorage:accountName", "acct1"), ("PaymentsStorage", ConnectionString)]);

        Assert.Equal("https://conn.queue.core.windows.net/", services.GetRequiredService<QueueServiceClient>().Uri.ToString());
    }

    [Fact]
    public void PaymentsStorage_Wrong_IsNamedByItsOwnName()
    {
        var services = Services([
            ("AzureWebJobsStorage:accountName", "acct1"),
            ("PaymentsStorage:credential", "password"),
        ]);

        var fault = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Equal(
            [
                "PaymentsStorage: is required: a connection string, or PaymentsStorage__accountName with an identity (found nothing)",
                "PaymentsStorage__credential: must be managedidentity or workloadidentity, or left out (found string of 8 characters)",
            ],
            fault.Failures);
    }

    [Fact]
    public void PaymentsStorage_NotSetAndNoAccountAtAll_IsOneLine()
    {
        var fault = Assert.Throws<OptionsValidationException>(Services([]).GetRequiredService<IStartupValidator>().Validate);

        Assert.StartsWith("AzureWebJobsStorage: is required", Assert.Single(fault.Failures), StringComparison.Ordinal);
    }

    private static StorageConnectionOptions Read(params (string Key, string? Value)[] settings) =>
        Services(settings).GetRequiredService<IOptions<StorageConnectionOptions>>().Value;

    private static IEnumerable<string> Faults(params (string Key, string? Value)[] settings) =>
        Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures;

    private static ServiceProvider Services((string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
        return new ServiceCollection().AddNotificationStorage(configuration).BuildServiceProvider();
    }
}
