namespace FunctionsNotify.App;

// How the storage account is reached, as the Functions host reads it: AzureWebJobsStorage is a connection string, or
// AzureWebJobsStorage__… name an account and an identity. When both are there, the connection string counts. The
// payment queues may be in an account of their own, PaymentsStorage; without that setting they are in this one.
internal sealed class StorageConnectionOptions
{
    public const string Section = "AzureWebJobsStorage";

    // The same for the account of the payment queues; the name of these options too. The function app's trigger needs
    // the setting present, also where it is the same account.
    public const string PaymentsSection = "PaymentsStorage";

    public string? ConnectionString { get; set => field = NullIfEmpty(value); }

    public string? AccountName { get; set => field = NullIfEmpty(value); }

    public string? QueueServiceUri { get; set => field = NullIfEmpty(value); }

    public string? BlobServiceUri { get; set => field = NullIfEmpty(value); }

    public string? TableServiceUri { get; set => field = NullIfEmpty(value); }

    // managedidentity or workloadidentity; without it, ClientSecret where it is set, else the environment's default
    // identity (a developer's sign-in on a desk).
    public string? Credential { get; set => field = NullIfEmpty(value); }

    public string? ClientId { get; set => field = NullIfEmpty(value); }

    public string? ManagedIdentityResourceId { get; set => field = NullIfEmpty(value); }

    public string? TenantId { get; set => field = NullIfEmpty(value); }

    public string? ClientSecret { get; set => field = NullIfEmpty(value); }

    internal string Source { get; set; } = Section;

    // A template that leaves a setting empty means that it is not set.
    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
