using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// One line per wrong setting, by its environment name; no value, a connection string holds the account's key.
internal sealed class StorageConnectionValidator : IValidateOptions<StorageConnectionOptions>
{
    private const int MinAccountName = 3;
    private const int MaxAccountName = 24;

    public ValidateOptionsResult Validate(string? name, StorageConnectionOptions options)
    {
        // The payment queues without an account of their own: judged once, under the account's own name.
        if (name == StorageConnectionOptions.PaymentsSection && options.Source != name)
        {
            return ValidateOptionsResult.Skip;
        }

        var failures = new SettingFailures();
        if (options.ConnectionString is not null)
        {
            JudgeConnectionString(options.Source, options.ConnectionString, failures);
        }
        else
        {
            JudgeAddresses(options, failures);
            JudgeCredential(options, failures);
        }

        return failures.ToResult();
    }

    private static void JudgeConnectionString(string setting, string connectionString, SettingFailures failures)
    {
        try
        {
            _ = new QueueServiceClient(connectionString);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            failures.Add(setting, "must be a storage account's connection string", SettingFailures.Shape(connectionString));
        }
    }

    private static void JudgeAddresses(StorageConnectionOptions options, SettingFailures failures)
    {
        var prefix = options.Source + "__";
        if (options is { AccountName: null, QueueServiceUri: null, BlobServiceUri: null, TableServiceUri: null })
        {
            failures.Add(options.Source, $"is required: a connection string, or {prefix}accountName with an identity", "nothing");
            return;
        }

        if (options.AccountName is { } account
            && (account.Length is < MinAccountName or > MaxAccountName || !account.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))))
        {
            failures.Add(prefix + "accountName", $"must have {MinAccountName} to {MaxAccountName} lower-case ASCII letters and digits", SettingFailures.Shape(account));
        }

        JudgeAddress(prefix, "queueServiceUri", options.QueueServiceUri, options.AccountName, failures);
        // Only queues are looked for in an account of their own.
        if (options.Source == StorageConnectionOptions.Section)
        {
            JudgeAddress(prefix, "blobServiceUri", options.BlobServiceUri, options.AccountName, failures);
            JudgeAddress(prefix, "tableServiceUri", options.TableServiceUri, options.AccountName, failures);
        }
    }

    private static void JudgeAddress(string prefix, string setting, string? value, string? accountName, SettingFailures failures)
    {
        if (value is null)
        {
            if (accountName is null)
            {
                failures.Add(prefix + setting, $"is required without {prefix}accountName", "nothing");
            }

            return;
        }

        // An identity's token must not travel in the clear; the SDK refuses it too, but only at the first request.
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            failures.Add(prefix + setting, "must be an https address", SettingFailures.Shape(value));
        }
    }

    private static void JudgeCredential(StorageConnectionOptions options, SettingFailures failures)
    {
        var prefix = options.Source + "__";
        if (options.Credential is { } credential && !StorageClients.IsKnownCredential(credential))
        {
            failures.Add(prefix + "credential", "must be managedidentity or workloadidentity, or left out", SettingFailures.Shape(credential));
        }

        if (options is { ClientId: not null, ManagedIdentityResourceId: not null })
        {
            failures.Add(prefix + "managedIdentityResourceId", $"must not be given beside {prefix}clientId", "both");
        }

        if (options.ClientSecret is not null && (options.ClientId is null || options.TenantId is null))
        {
            failures.Add(prefix + "clientSecret", $"needs {prefix}clientId and {prefix}tenantId", "one of them missing");
        }
    }
}
