using FunctionsNotify.DevHost;

namespace FunctionsNotify.Testing;

/// <summary>
/// A real Azurite for the tests of a class (<c>IClassFixture&lt;AzuriteFixture&gt;</c>) or a collection. Tests that share
/// it use names of their own for queues, tables and containers: see <see cref="NewName"/>.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    /// <summary>The running Azurite.</summary>
    public AzuriteProcess Azurite => _azurite ?? throw new InvalidOperationException("Azurite was not started.");

    /// <summary>Its connection string.</summary>
    public string ConnectionString => Azurite.ConnectionString;

    /// <summary>A name that no other test uses; fit for a queue, a blob container and, as it has no dash, a table.</summary>
    /// <param name="prefix">Lower-case letters.</param>
    public static string NewName(string prefix) => prefix + Guid.NewGuid().ToString("N")[..20];

    public async Task InitializeAsync() => _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true });

    public async Task DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }
}
