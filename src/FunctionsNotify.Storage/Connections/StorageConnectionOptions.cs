namespace FunctionsNotify.Storage;

/// <summary>
/// How the storage account is reached, as the Functions host reads it: <c>AzureWebJobsStorage</c> is a connection string,
/// or <c>AzureWebJobsStorage__…</c> name an account and an identity. When both are there, the connection string counts.
/// The payment queues may be in an account of their own, <c>PaymentsStorage</c>; without that setting they are in this one.
/// </summary>
public sealed class StorageConnectionOptions
{
    /// <summary>The setting, and the prefix of the others.</summary>
    public const string Section = "AzureWebJobsStorage";

    /// <summary>
    /// The same for the account of the payment queues; the name of these options too. The function app's trigger needs the
    /// setting present, also where it is the same account.
    /// </summary>
    public const string PaymentsSection = "PaymentsStorage";

    /// <summary>The connection string: the setting <c>AzureWebJobsStorage</c> itself.</summary>
    public string? ConnectionString { get; set => field = NullIfEmpty(value); }

    /// <summary>The account's name in Azure's public cloud; other clouds name the three addresses.</summary>
    public string? AccountName { get; set => field = NullIfEmpty(value); }

    /// <summary>The address of the queues, such as <c>https://account.queue.core.windows.net</c>.</summary>
    public string? QueueServiceUri { get; set => field = NullIfEmpty(value); }

    /// <summary>The address of the blobs.</summary>
    public string? BlobServiceUri { get; set => field = NullIfEmpty(value); }

    /// <summary>The address of the tables.</summary>
    public string? TableServiceUri { get; set => field = NullIfEmpty(value); }

    /// <summary>
    /// <c>managedidentity</c> or <c>workloadidentity</c>; without it, <see cref="ClientSecret"/> where it is set, else
    /// the environment's default identity (a developer's sign-in on a desk).
    /// </summary>
    public string? Credential { get; set => field = NullIfEmpty(value); }

    /// <summary>The client id of a user-assigned identity or of an application.</summary>
    public string? ClientId { get; set => field = NullIfEmpty(value); }

    /// <summary>The resource id of a user-assigned identity, instead of its client id.</summary>
    public string? ManagedIdentityResourceId { get; set => field = NullIfEmpty(value); }

    /// <summary>The tenant of an application.</summary>
    public string? TenantId { get; set => field = NullIfEmpty(value); }

    /// <summary>The secret of an application.</summary>
    public string? ClientSecret { get; set => field = NullIfEmpty(value); }

    /// <summary>The section that these were read from.</summary>
    internal string Source { get; set; } = Section;

    // A template that leaves a setting empty means that it is not set.
    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
