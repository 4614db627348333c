using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>A table of the test's own.</summary>
internal static class TableFixture
{
    public static async Task<TableClient> NewTableAsync(AzuriteFixture azurite)
    {
        var table = StorageClients.Tables(new StorageConnectionOptions { ConnectionString = azurite.ConnectionString })
            .GetTableClient(AzuriteFixture.NewName("t"));
        await table.CreateAsync();
        return table;
    }

    public static TableClaimStore Claims(TableClient table) => new(table, TimeProvider.System, NullLogger<TableClaimStore>.Instance);

    public static TableDeliveryIndex Index(TableClient table) => new(table, TimeProvider.System);
}
