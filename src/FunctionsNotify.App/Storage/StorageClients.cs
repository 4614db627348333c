using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace FunctionsNotify.App;

// Makes the clients of one storage account. A dead account must fail a call in about 15 s, so that the message comes
// again and the outage shows, where the SDK's own defaults would hang for minutes.
internal static class StorageClients
{
    private const string ManagedIdentity = "managedidentity";
    private const string WorkloadIdentity = "workloadidentity";

    // Three tries of 4 s and the pauses between them: about 13 s.
    private const int MaxRetries = 2;
    private static readonly TimeSpan _tryTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    public static QueueServiceClient Queues(StorageConnectionOptions connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var options = Patience(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });
        return connection.ConnectionString is null
            ? new QueueServiceClient(Address(connection.QueueServiceUri, connection.AccountName, "queue"), Credential(connection), options)
            : new QueueServiceClient(connection.ConnectionString, options);
    }

    public static BlobServiceClient Blobs(StorageConnectionOptions connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var options = Patience(new BlobClientOptions());
        return connection.ConnectionString is null
            ? new BlobServiceClient(Address(connection.BlobServiceUri, connection.AccountName, "blob"), Credential(connection), options)
            : new BlobServiceClient(connection.ConnectionString, options);
    }

    public static TableServiceClient Tables(StorageConnectionOptions connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var options = Patience(new TableClientOptions());
        return connection.ConnectionString is null
            ? new TableServiceClient(Address(connection.TableServiceUri, connection.AccountName, "table"), Credential(connection), options)
            : new TableServiceClient(connection.ConnectionString, options);
    }

    internal static bool IsKnownCredential(string credential) =>
        string.Equals(credential, ManagedIdentity, StringComparison.OrdinalIgnoreCase)
        || string.Equals(credential, WorkloadIdentity, StringComparison.OrdinalIgnoreCase);

    internal static Uri Address(string? named, string? accountName, string service) =>
        new(named ?? $"https://{accountName}.{service}.core.windows.net");

    internal static TokenCredential Credential(StorageConnectionOptions connection)
    {
        if (string.Equals(connection.Credential, ManagedIdentity, StringComparison.OrdinalIgnoreCase))
        {
            return new ManagedIdentityCredential(Identity(connection));
        }

        if (string.Equals(connection.Credential, WorkloadIdentity, StringComparison.OrdinalIgnoreCase))
        {
            return new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions { ClientId = connection.ClientId, TenantId = connection.TenantId });
        }

        if (connection is { TenantId: { } tenant, ClientId: { } client, ClientSecret: { } secret })
        {
            return new ClientSecretCredential(tenant, client, secret);
        }

        var options = new DefaultAzureCredentialOptions { ManagedIdentityClientId = connection.ClientId };
        if (connection.ManagedIdentityResourceId is { } resource)
        {
            options.ManagedIdentityResourceId = new ResourceIdentifier(resource);
        }

        return new DefaultAzureCredential(options);
    }

    private static ManagedIdentityId Identity(StorageConnectionOptions connection) => connection switch
    {
        { ClientId: { } client } => ManagedIdentityId.FromUserAssignedClientId(client),
        { ManagedIdentityResourceId: { } resource } => ManagedIdentityId.FromUserAssignedResourceId(new ResourceIdentifier(resource)),
        _ => ManagedIdentityId.SystemAssigned,
    };

    private static TOptions Patience<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = _pause;
        options.Retry.MaxDelay = _longestPause;
        options.Retry.NetworkTimeout = _tryTimeout;
        return options;
    }
}
