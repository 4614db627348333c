using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>Clients as the app makes them, of names that no other test uses.</summary>
internal static class TableFixture
{
    public static StorageConnection Connection(AzuriteFixture azurite) => Connection(azurite.ConnectionString);

    public static StorageConnection Connection(string connectionString) => new() { Source = StorageConnection.Section, ConnectionString = connectionString };

    public static QueueServiceClient Queues(AzuriteFixture azurite) => Connection(azurite).Queues(transport: null);

    public static async Task<NotifyTable> NewTableAsync(AzuriteFixture azurite)
    {
        var table = Connection(azurite).Table(AzuriteFixture.NewName("t"), transport: null);
        await table.Rows.CreateAsync();
        return table;
    }

    public static async Task<BlobContainerClient> NewContainerAsync(AzuriteFixture azurite)
    {
        var container = Connection(azurite).Blobs(transport: null).GetBlobContainerClient(AzuriteFixture.NewName("c"));
        await container.CreateAsync();
        return container;
    }

    public static Claims Claims(NotifyTable table) => new(table, TimeProvider.System, NullLogger<Claims>.Instance);

    public static DeliveryIndex Index(NotifyTable table) => new(table, TimeProvider.System, NullLogger<DeliveryIndex>.Instance);
}
