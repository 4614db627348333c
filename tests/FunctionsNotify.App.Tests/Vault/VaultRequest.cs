namespace FunctionsNotify.App.Tests.Vault;

/// <summary>One request as the vault received it.</summary>
internal sealed record VaultRequest(string Method, string Path, string Query, string Authorization, string Body);
