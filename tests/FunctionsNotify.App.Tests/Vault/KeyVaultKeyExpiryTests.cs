using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Vault;

public sealed class KeyVaultKeyExpiryTests : IAsyncLifetime
{
    private const string Version = "0123456789abcdef0123456789abcdef";

    private readonly FakeIdentity _identity = new();
    private FakeVault _vault = null!;

    public async Task InitializeAsync() => _vault = await FakeVault.StartAsync();

    public async Task DisposeAsync() => await _vault.DisposeAsync();

    [Theory]
    [InlineData("""{"key":{"kty":"RSA"},"attributes":{"enabled":true,"exp":1798761600}}""", 1798761600L)]
    [InlineData("""{"key":{"kty":"RSA"},"attributes":{"enabled":true}}""", null)]
    [InlineData("""{"attributes":{"exp":null}}""", null)]
    public async Task GetAsync_TheKeysAttributes_HoldItsEnd(string answer, long? expected)
    {
        _vault.Instead = (context, _) => FakeVault.AnswerAsync(context, 200, answer);

        var end = await Expiry().GetAsync(CancellationToken.None);

        Assert.Equal(expected, end?.ToUnixTimeSeconds());
        var request = Assert.Single(_vault.Requests);
        Assert.Equal(("GET", $"/keys/{VaultSigners.KeyName}/{Version}", "?api-version=7.4"), (request.Method, request.Path, request.Query));
        Assert.Equal($"Bearer {FakeVault.Token}", request.Authorization);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"attributes\":7}")]
    [InlineData("{\"attributes\":{\"exp\":\"soon\"}}")]
    [InlineData("{\"attributes\":{\"exp\":1.5}}")]
    [InlineData("{\"attributes\":{\"exp\":-1}}")]
    [InlineData("{\"attributes\":{\"exp\":99999999999999}}")]
    public async Task GetAsync_AnAnswerThatCannotBeUsed_ThrowsOneSentence(string answer)
    {
        _vault.Instead = (context, _) => FakeVault.AnswerAsync(context, 200, answer);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Expiry().GetAsync(CancellationToken.None).AsTask());

        Assert.StartsWith("The vault's answer about the key cannot be used", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "permission to get the key")]
    [InlineData(404, "no such key version")]
    [InlineData(429, "did not tell when the key ends (429")]
    public async Task GetAsync_TheVaultRefuses_SaysWhyAndNothingOfTheToken(int status, string expected)
    {
        _vault.Instead = (context, _) => FakeVault.RefuseAsync(context, status, "Forbidden", "ForbiddenByRbac");

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Expiry().GetAsync(CancellationToken.None).AsTask());

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeVault.Token, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_NoToken_SaysSo()
    {
        _identity.Fault = new Azure.Identity.AuthenticationFailedException("a secret");

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Expiry().GetAsync(CancellationToken.None).AsTask());

        Assert.Contains("There is no token for the vault", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_Stopped_Throws()
    {
        using var stop = new CancellationTokenSource();
        _vault.Instead = async (_, stopping) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Expiry().GetAsync(stop.Token).AsTask());
    }

    [Fact]
    public void AddKeyVaultSigner_BesideTheSetting_BothAreAsked()
    {
        var settings = Clients.OfVault(_vault, Version);
        using var services = Clients.Build(settings, _identity);

        Assert.Equal(2, services.GetServices<IKeyExpiry>().Count());
    }

    private KeyVaultKeyExpiry Expiry() => new(
        VaultPipeline.Create(_vault.Address, _identity, FakeVault.Transport(), TimeSpan.FromSeconds(60)),
        new KeyVaultOptions { Uri = _vault.Address.AbsoluteUri, KeyName = VaultSigners.KeyName, KeyVersion = Version });
}
