using System.Security.Cryptography;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>Performs docs/deployment.md, "Rotating keys", step by step, in its order and in the wrong one.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private static readonly RSA OurOld = RSA.Create(2048);
    private static readonly RSA OurNew = RSA.Create(2048);
    private static readonly RSA AlipayOld = RSA.Create(2048);
    private static readonly RSA AlipayNew = RSA.Create(2048);

    private readonly FakeIdentity _identity = new();
    private readonly Dictionary<string, string> _alipayKeysHere = [];
    private FakeVault _vault = null!;
    private Gateway _gateway = null!;
    private string _oldVersion = null!;
    private string _newVersion = null!;
    private int _payments;

    public async Task InitializeAsync()
    {
        _vault = await FakeVault.StartAsync();
        _gateway = await Gateway.StartAsync();
        _oldVersion = _vault.AddKey(VaultSigners.KeyName, OurOld);
        _gateway.UploadedKeys["1"] = RsaKeys.ExportPublicKeyBase64(OurOld);
        _gateway.AnswerKey = (AlipayOld, "1");
        _alipayKeysHere["1"] = RsaKeys.ExportPublicKeyBase64(AlipayOld);
    }

    public async Task DisposeAsync()
    {
        await _vault.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OurKey_InTheDocumentedOrder_EveryAttemptIsAcknowledgedAndTheWayBackIsOpen(bool vault)
    {
        await AcknowledgedAsync(OldKey(vault));

        // Steps 1 and 2: the new key exists and Alipay+ knows it; nothing changes here yet.
        _newVersion = _vault.AddKey(VaultSigners.KeyName, OurNew);
        _gateway.UploadedKeys["2"] = RsaKeys.ExportPublicKeyBase64(OurNew);
        await AcknowledgedAsync(OldKey(vault));

        // Step 3: both settings change together; instances of before and after run side by side for a while.
        await AcknowledgedAsync(NewKey(vault));
        await AcknowledgedAsync(OldKey(vault));

        // The way back, and forward again.
        await AcknowledgedAsync(OldKey(vault));
        await AcknowledgedAsync(NewKey(vault));

        // Step 4: the old key ends.
        _gateway.UploadedKeys.TryRemove("1", out _);
        _vault.Disable(VaultSigners.KeyName, _oldVersion);
        await AcknowledgedAsync(NewKey(vault));

        Assert.Equal(["1", "1", "2", "1", "1", "2", "2"], _gateway.VerifiedVersions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OurKey_UsedBeforeAlipayPlusKnowsIt_IsASetupRefusalUntilItDoes(bool vault)
    {
        _newVersion = _vault.AddKey(VaultSigners.KeyName, OurNew);
        var result = await SendAsync(NewKey(vault));
        Assert.Equal((AttemptKind.SetupRejected, "KEY_NOT_FOUND"), (result.Kind, result.ResultCode));

        _gateway.UploadedKeys["2"] = RsaKeys.ExportPublicKeyBase64(OurNew);
        await AcknowledgedAsync(NewKey(vault));
    }

    [Fact]
    public async Task OurKey_OnlyOneOfTheTwoSettingsChanged_IsASetupRefusal()
    {
        _newVersion = _vault.AddKey(VaultSigners.KeyName, OurNew);
        _gateway.UploadedKeys["2"] = RsaKeys.ExportPublicKeyBase64(OurNew);

        var numberOnly = await SendAsync(new(OldKey(vault: true)) { ["AlipayPlus__KeyVersion"] = "2" });
        var keyOnly = await SendAsync(new(NewKey(vault: true)) { ["AlipayPlus__KeyVersion"] = "1" });

        Assert.Equal((AttemptKind.SetupRejected, "INVALID_SIGNATURE"), (numberOnly.Kind, numberOnly.ResultCode));
        Assert.Equal((AttemptKind.SetupRejected, "INVALID_SIGNATURE"), (keyOnly.Kind, keyOnly.ResultCode));
    }

    [Fact]
    public async Task OurKey_DisabledInTheVaultWhileInUse_SendsNothing()
    {
        _vault.Disable(VaultSigners.KeyName, _oldVersion);

        var result = await SendAsync(OldKey(vault: true));

        Assert.Equal(AttemptKind.NotSent, result.Kind);
        Assert.Contains("KeyDisabled", result.Detail, StringComparison.Ordinal);
        Assert.Empty(_gateway.VerifiedVersions);
    }

    [Fact]
    public async Task AlipayPlusKey_InTheDocumentedOrder_AnswersOfBothKeysCount()
    {
        await AcknowledgedAsync(OldKey(vault: true));

        // Step 1: both keys are here; Alipay+ switches when it likes, and may sign with either for a while.
        _alipayKeysHere["2"] = RsaKeys.ExportPublicKeyBase64(AlipayNew);
        await AcknowledgedAsync(OldKey(vault: true));
        _gateway.AnswerKey = (AlipayNew, "2");
        await AcknowledgedAsync(OldKey(vault: true));
        _gateway.AnswerKey = (AlipayOld, "1");
        await AcknowledgedAsync(OldKey(vault: true));
        _gateway.AnswerKey = (AlipayNew, "2");

        // Step 3: the old key ends, and its answers with it.
        _alipayKeysHere.Remove("1");
        await AcknowledgedAsync(OldKey(vault: true));
        _gateway.AnswerKey = (AlipayOld, "1");
        await RefusedAsync("1");
    }

    [Fact]
    public async Task AlipayPlusKey_OfAnUnknownVersion_EndsNoDelivery()
    {
        _gateway.AnswerKey = (AlipayNew, "2");
        await RefusedAsync("2");

        // The key that is missing heals what waits.
        _alipayKeysHere["2"] = RsaKeys.ExportPublicKeyBase64(AlipayNew);
        await AcknowledgedAsync(OldKey(vault: true));
    }

    [Fact]
    public async Task AlipayPlusKey_UnderTheWrongVersion_EndsNoDelivery()
    {
        _alipayKeysHere["1"] = RsaKeys.ExportPublicKeyBase64(AlipayNew);

        var result = await SendAsync(OldKey(vault: true));

        Assert.Equal(AttemptKind.NoResult, result.Kind);
        Assert.Contains("signature does not match (key version 1)", result.Detail, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string version)
    {
        var result = await SendAsync(OldKey(vault: true));
        Assert.Equal(AttemptKind.NoResult, result.Kind);
        Assert.Contains($"signed with the unknown key version {version}", result.Detail, StringComparison.Ordinal);
    }

    private Dictionary<string, string?> OldKey(bool vault) => Key(vault, "1", _oldVersion, OurOld);

    private Dictionary<string, string?> NewKey(bool vault) => Key(vault, "2", _newVersion, OurNew);

    private Dictionary<string, string?> Key(bool vault, string number, string vaultVersion, RSA pem)
    {
        Dictionary<string, string?> settings = vault
            ? Clients.OfVault(_vault, vaultVersion)
            : new() { ["AlipayPlus__PrivateKey"] = pem.ExportPkcs8PrivateKeyPem() };
        settings["AlipayPlus__KeyVersion"] = number;
        return settings;
    }

    private async Task AcknowledgedAsync(Dictionary<string, string?> settings)
    {
        var result = await SendAsync(settings);
        Assert.True(result.Kind == AttemptKind.Acknowledged, $"{result.Kind}: {result.ResultCode} {result.Detail}");
    }

    // A change of settings restarts the host, so every attempt here is by a host of its own.
    private async Task<AttemptResult> SendAsync(Dictionary<string, string?> settings)
    {
        settings["AlipayPlus__BaseUrl"] = _gateway.Address;
        settings["AlipayPlus__ClientId"] = Gateway.ClientId;
        foreach (var (version, key) in _alipayKeysHere)
        {
            settings[$"AlipayPlus__PublicKeys__{version}"] = key;
        }

        await using var services = Clients.Build(settings, _identity);
        return await services.SendAsync(Clients.Notification($"p-{++_payments}"));
    }
}
