using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.Storage;

/// <summary>One line per wrong setting, by its environment name; no value, a connection string holds the account's key.</summary>
internal sealed class StorageConnectionValidator : IValidateOptions<StorageConnectionOptions>
{
    private const string Prefix = StorageConnectionOptions.Section + "__";
    private const int MinAccountName = 3;
    private const int MaxAccountName = 24;

    public ValidateOptionsResult Validate(string? name, StorageConnectionOptions options)
    {
        var failures = new SettingFailures();
        if (options.ConnectionString is not null)
        {
            JudgeConnectionString(options.ConnectionString, failures);
        }
        else
        {
            JudgeAddresses(options, failures);
            JudgeCredential(options, failures);
        }

        return failures.ToResult();
    }

    private static void JudgeConnectionString(string connectionString, SettingFailures failures)
    {
        try
        {
            _ = new QueueServiceClient(connectionString);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            failures.Add(StorageConnectionOptions.Section, "must be a storage account's connection string", SettingFailures.Shape(connectionString));
        }
    }

    private static void JudgeAddresses(StorageConnectionOptions options, SettingFailures failures)
    {
        if (options is { AccountName: null, QueueServiceUri: null, BlobServiceUri: null, TableServiceUri: null })
        {
            failures.Add(StorageConnectionOptions.Section, $"is required: a connection string, or {Prefix}accountName with an identity", "nothing");
            return;
        }

        if (options.AccountName is { } account
            && (account.Length is < MinAccountName or > MaxAccountName || !account.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))))
        {
            failures.Add(Prefix + "accountName", $"must have {MinAccountName} to {MaxAccountName} lower-case ASCII letters and digits", SettingFailures.Shape(account));
        }

        JudgeAddress("queueServiceUri", options.QueueServiceUri, options.AccountName, failures);
        JudgeAddress("blobServiceUri", options.BlobServiceUri, options.AccountName, failures);
        JudgeAddress("tableServiceUri", options.TableServiceUri, options.AccountName, failures);
    }

    private static void JudgeAddress(string setting, string? value, string? accountName, SettingFailures failures)
    {
        if (value is null)
        {
            if (accountName is null)
            {
                failures.Add(Prefix + setting, $"is required without {Prefix}accountName", "nothing");
            }

            return;
        }

        // An identity's token must not travel in the clear; the SDK refuses it too, but only at the first request.
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            failures.Add(Prefix + setting, "must be an https address", SettingFailures.Shape(value));
        }
    }

    private static void JudgeCredential(StorageConnectionOptions options, SettingFailures failures)
    {
        if (options.Credential is { } credential && !StorageClients.IsKnownCredential(credential))
        {
            failures.Add(Prefix + "credential", "must be managedidentity or workloadidentity, or left out", SettingFailures.Shape(credential));
        }

        if (options is { ClientId: not null, ManagedIdentityResourceId: not null })
        {
            failures.Add(Prefix + "managedIdentityResourceId", $"must not be given beside {Prefix}clientId", "both");
        }

        if (options.ClientSecret is not null && (options.ClientId is null || options.TenantId is null))
        {
            failures.Add(Prefix + "clientSecret", $"needs {Prefix}clientId and {Prefix}tenantId", "one of them missing");
        }
    }
}
