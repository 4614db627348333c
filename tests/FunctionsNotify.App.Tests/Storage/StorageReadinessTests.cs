using Azure.Storage.Blobs;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class StorageReadinessTests(AzuriteFixture azurite)
{
    private StorageConnectionOptions Connection => new() { ConnectionString = azurite.ConnectionString };

    private static Task<string?> FindAsync(ReadinessCheck check) => check.FindFault(CancellationToken.None);

    [Fact]
    public async Task Checks_EverythingThere_FindNothing()
    {
        var service = StorageClients.Queues(Connection);
        var queues = new NotificationQueues(service.GetQueueClient(AzuriteFixture.NewName("q")), service.GetQueueClient(AzuriteFixture.NewName("q")));
        await queues.Notifications.CreateAsync();
        await queues.Outcomes.CreateAsync();
        var container = StorageClients.Blobs(Connection).GetBlobContainerClient(AzuriteFixture.NewName("c"));
        await container.CreateAsync();

        Assert.Null(await FindAsync(StorageReadiness.Queues(queues)));
        Assert.Null(await FindAsync(StorageReadiness.Blobs(container)));
        Assert.Null(await FindAsync(StorageReadiness.Table(await TableFixture.NewTableAsync(azurite))));
    }

    [Fact]
    public async Task Checks_NothingThere_SayWhatTheServiceAnsweredWithoutNames()
    {
        var service = StorageClients.Queues(Connection);
        var name = AzuriteFixture.NewName("gone");
        var queues = new NotificationQueues(service.GetQueueClient(name), service.GetQueueClient(name));

        Assert.Equal("refused: HTTP 404 QueueNotFound", await FindAsync(StorageReadiness.Queues(queues)));
        Assert.Equal("refused: HTTP 404 ContainerNotFound", await FindAsync(StorageReadiness.Blobs(StorageClients.Blobs(Connection).GetBlobContainerClient(name))));
        Assert.Equal("refused: HTTP 404 TableNotFound", await FindAsync(StorageReadiness.Table(StorageClients.Tables(Connection).GetTableClient(name))));
    }

    [Fact]
    public async Task Checks_NobodyThere_SayNotReachedWithoutTheAddress()
    {
        var options = new BlobClientOptions();
        options.Retry.MaxRetries = 0;
        var container = new BlobServiceClient("DefaultEndpointsProtocol=http;AccountName=secretname;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/secretname", options).GetBlobContainerClient("container");

        Assert.Equal("not reached", await FindAsync(StorageReadiness.Blobs(container)));
    }
}
