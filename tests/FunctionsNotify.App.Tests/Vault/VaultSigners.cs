using Azure.Core;
using Azure.Core.Pipeline;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>Signers over the fake vault.</summary>
internal static class VaultSigners
{
    public const string KeyName = "notify-signing";
    public const string KeyVersion = "3";

    // Long where no test waits for it: other work on the machine must not look like a slow vault.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static IRequestSigner Over(
        FakeVault vault, TokenCredential identity, string version, TimeSpan? tryTimeout = null, string name = KeyName, HttpPipelineTransport? transport = null) =>
        new KeyVaultRequestSigner(
            VaultPipeline.Create(vault.Address, identity, transport ?? FakeVault.Transport(), tryTimeout ?? Patience),
            new KeyVaultOptions { Uri = vault.Address.AbsoluteUri, KeyName = name, KeyVersion = version },
            KeyVersion);

    public static async Task<string> FaultAsync(this IRequestSigner signer) =>
        Assert.IsType<SigningResult.Fault>(await signer.SignAsync("content"u8.ToArray(), CancellationToken.None)).Detail;
}
