namespace FunctionsNotify.Simulator;

/// <summary>What a host needs to know, without any private key.</summary>
/// <param name="ClientId">The client id that is known.</param>
/// <param name="AcquirerKeyVersion">The version that the acquirer's public key is known by.</param>
/// <param name="AcquirerPublicKey">The acquirer's public key, one line of base64.</param>
/// <param name="AlipayPlusKeyVersion">The version of the key that signs the answers.</param>
/// <param name="AlipayPlusPublicKey">Alipay+'s public key, one line of base64.</param>
/// <param name="HostSettings">The settings of a host on this machine, by environment name; keys by their paths.</param>
public sealed record KeysInfo(
    string ClientId,
    string AcquirerKeyVersion,
    string AcquirerPublicKey,
    string AlipayPlusKeyVersion,
    string AlipayPlusPublicKey,
    IReadOnlyDictionary<string, string> HostSettings);
