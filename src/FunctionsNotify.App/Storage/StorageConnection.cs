using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

// The account of a connection, by the settings that the platform's own extensions read: a connection string, or the
// account's name (for queues also their address) with an identity.
internal sealed record StorageConnection
{
    public const string Section = "AzureWebJobsStorage";

    // The payment queues' own account; the other one where it is not set.
    public const string PaymentsSection = "PaymentsStorage";

    private const string ManagedIdentity = "managedidentity";
    private const int MinAccountName = 3;
    private const int MaxAccountName = 24;

    // Three tries of 4 s and the pauses between them: about 13 s. A query has longer, because the service may take 5 s for
    // one page of a scan and 30 s for all of it.
    private const int MaxRetries = 2;
    private static readonly TimeSpan _tryTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _queryTimeout = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    // Where the settings were found, for what is said about them.
    public required string Source { get; init; }

    public string? ConnectionString { get; init; }

    public string? AccountName { get; init; }

    public string? QueueServiceUri { get; init; }

    public string? Credential { get; init; }

    public string? ClientId { get; init; }

    public static StorageConnection Of(IConfiguration configuration) => Read(configuration.GetSection(Section));

    public static StorageConnection OfPayments(IConfiguration configuration)
    {
        var payments = configuration.GetSection(PaymentsSection);
        return Read(IsSet(payments.Value) || payments.GetChildren().Any(child => IsSet(child.Value)) ? payments : configuration.GetSection(Section));
    }

    // One line per wrong setting: its name, the rule and the value's shape, never the value.
    public IEnumerable<string> Faults()
    {
        if (ConnectionString is not null)
        {
            if (!IsConnectionString(ConnectionString))
            {
                yield return Setting.Fault(Source, "must be a storage account's connection string", ConnectionString);
            }

            yield break;
        }

        if (AccountName is null && QueueServiceUri is null)
        {
            yield return Setting.Fault(Source, $"is required: a connection string, or {Source}__accountName with an identity", null);
        }
        else if (AccountName is null && Source == Section)
        {
            yield return Setting.Fault($"{Source}__accountName", "is required where there is no connection string", null);
        }
        else if (AccountName is not null
            && (AccountName.Length is < MinAccountName or > MaxAccountName || !AccountName.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))))
        {
            yield return Setting.Fault($"{Source}__accountName", $"must have {MinAccountName} to {MaxAccountName} lower-case ASCII letters and digits", AccountName);
        }

        // An identity's token must not travel in the clear; the SDK refuses it too, but only at the first request.
        if (QueueServiceUri is not null && (!Uri.TryCreate(QueueServiceUri, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps))
        {
            yield return Setting.Fault($"{Source}__queueServiceUri", "must be an https address", QueueServiceUri);
        }

        if (Credential is not null && !UsesManagedIdentity)
        {
            yield return Setting.Fault($"{Source}__credential", "must be managedidentity, or left out", Credential);
        }
    }

    public QueueServiceClient Queues(HttpPipelineTransport? transport)
    {
        var options = Patient(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, _tryTimeout, transport);
        return ConnectionString is null
            ? new QueueServiceClient(QueueServiceUri is null ? Address("queue") : new Uri(QueueServiceUri), Identity(), options)
            : new QueueServiceClient(ConnectionString, options);
    }

    public BlobServiceClient Blobs(HttpPipelineTransport? transport)
    {
        var options = Patient(new BlobClientOptions(), _tryTimeout, transport);
        return ConnectionString is null ? new BlobServiceClient(Address("blob"), Identity(), options) : new BlobServiceClient(ConnectionString, options);
    }

    public NotifyTable Table(string name, HttpPipelineTransport? transport) =>
        new(TableClient(name, _tryTimeout, transport), TableClient(name, _queryTimeout, transport));

    private TableClient TableClient(string name, TimeSpan tryTimeout, HttpPipelineTransport? transport)
    {
        var options = Patient(new TableClientOptions(), tryTimeout, transport);
        return ConnectionString is null ? new TableClient(Address("table"), name, Identity(), options) : new TableClient(ConnectionString, name, options);
    }

    private bool UsesManagedIdentity => string.Equals(Credential, ManagedIdentity, StringComparison.OrdinalIgnoreCase);

    private Uri Address(string service) => new($"https://{AccountName}.{service}.core.windows.net");

    private TokenCredential Identity() => UsesManagedIdentity
        ? new ManagedIdentityCredential(ClientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(ClientId))
        : new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = ClientId });

    private static TOptions Patient<TOptions>(TOptions options, TimeSpan tryTimeout, HttpPipelineTransport? transport)
        where TOptions : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = _pause;
        options.Retry.MaxDelay = _longestPause;
        options.Retry.NetworkTimeout = tryTimeout;
        if (transport is not null)
        {
            options.Transport = transport;
        }

        return options;
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new QueueServiceClient(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static StorageConnection Read(IConfigurationSection section) => new()
    {
        Source = section.Path,
        ConnectionString = Text(section.Value),
        AccountName = Text(section["accountName"]),
        QueueServiceUri = Text(section["queueServiceUri"]),
        Credential = Text(section["credential"]),
        ClientId = Text(section["clientId"]),
    };

    // A template that leaves a setting empty means that it is not set.
    private static string? Text(string? value) => IsSet(value) ? value : null;

    private static bool IsSet(string? value) => !string.IsNullOrWhiteSpace(value);
}
