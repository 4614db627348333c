using Azure.Core;
using Azure.Identity;

namespace FunctionsNotify.App;

// The identity that the settings name, by the storage connection's convention.
internal static class VaultCredential
{
    private const string ManagedIdentity = "managedidentity";
    private const string WorkloadIdentity = "workloadidentity";

    public static bool IsKnown(string credential) => Is(credential, ManagedIdentity) || Is(credential, WorkloadIdentity);

    public static TokenCredential Create(KeyVaultOptions options)
    {
        if (Is(options.Credential, ManagedIdentity))
        {
            return new ManagedIdentityCredential(
                options.ClientId is { } client ? ManagedIdentityId.FromUserAssignedClientId(client) : ManagedIdentityId.SystemAssigned);
        }

        return Is(options.Credential, WorkloadIdentity)
            ? new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions { ClientId = options.ClientId })
            : new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = options.ClientId });
    }

    private static bool Is(string? credential, string known) => string.Equals(credential, known, StringComparison.OrdinalIgnoreCase);
}
