using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace FunctionsNotify.App.Tests.Vault;

public sealed class KeyVaultRequestSignerTests : IAsyncLifetime
{
    private readonly FakeIdentity _identity = new();
    private readonly RSA _key = RsaKeys.ReadPrivateKey(Vectors.PrivateKeyPem);
    private FakeVault _vault = null!;
    private string _version = null!;

    public static TheoryData<int> VectorIndexes => Vectors.Indexes;

    public async Task InitializeAsync()
    {
        _vault = await FakeVault.StartAsync();
        _version = _vault.AddKey(VaultSigners.KeyName, _key);
    }

    public async Task DisposeAsync()
    {
        await _vault.DisposeAsync();
        _key.Dispose();
    }

    [Theory]
    [MemberData(nameof(VectorIndexes))]
    public async Task SignAsync_KnownVector_IsTheKnownSignature(int index)
    {
        var content = Vectors.Content(index);

        var signed = Assert.IsType<SigningResult.Success>(await Signer().SignAsync(content, CancellationToken.None));

        Assert.Equal(Vectors.Signature(index), signed.Signature.ToArray());
        Assert.Equal(VaultSigners.KeyVersion, signed.KeyVersion);
        using var ring = PublicKeyRing.FromTexts([new(VaultSigners.KeyVersion, Vectors.PublicKeyPem)]);
        Assert.True(ring.Verify(content, SignatureHeader.Format(signed.KeyVersion, signed.Signature.Span)).IsValid);
    }

    [Theory]
    [InlineData(3072)]
    [InlineData(4096)]
    public async Task SignAsync_LongerKey_Signs(int bits)
    {
        using var key = RSA.Create(bits);
        var version = _vault.AddKey("long", key);

        var result = await VaultSigners.Over(_vault, _identity, version, name: "long").SignAsync("content"u8.ToArray(), CancellationToken.None);

        Assert.Equal(bits / 8, Assert.IsType<SigningResult.Success>(result).Signature.Length);
    }

    [Fact]
    public async Task SignAsync_Request_HoldsTheDigestAndNeverTheContent()
    {
        var content = "POST /path\nclient.time.{\"paymentId\":\"20260301190741010007200000002000001\"}"u8.ToArray();

        await Signer().SignAsync(content, CancellationToken.None);

        var request = Assert.Single(_vault.Requests);
        Assert.Equal(("POST", $"/keys/{VaultSigners.KeyName}/{_version}/sign", "?api-version=7.4"), (request.Method, request.Path, request.Query));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(content)), body.RootElement.GetProperty("value").GetString());
        Assert.Equal(["alg", "value"], body.RootElement.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task SignAsync_ManyAtOnce_AskForOneTokenOfTheVaultsScope()
    {
        var signer = Signer();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => signer.SignAsync(BitConverter.GetBytes(number), CancellationToken.None).AsTask()));

        Assert.All(results, result => Assert.IsType<SigningResult.Success>(result));
        Assert.Equal(50, results.Cast<SigningResult.Success>().Select(signed => Convert.ToBase64String(signed.Signature.Span)).Distinct().Count());
        Assert.Equal(1, _identity.Requests);
        Assert.Equal("https://vault.azure.net/.default", _identity.Scope);
    }

    [Fact]
    public async Task SignAsync_TokenThatEnded_IsAskedForAgain()
    {
        _identity.Lifetime = TimeSpan.FromSeconds(-1);
        var signer = Signer();

        await signer.SignAsync("1"u8.ToArray(), CancellationToken.None);
        await signer.SignAsync("2"u8.ToArray(), CancellationToken.None);

        Assert.Equal(2, _identity.Requests);
    }

    [Theory]
    [InlineData("\"alg\":\"RS256\"", "names no key")]
    [InlineData("\"kid\":\"{0}/keys/other/{1}\"", "another key or version")]
    [InlineData("\"kid\":\"{0}/keys/notify-signing/00000000000000000000000000000000\"", "another key or version")]
    [InlineData("\"kid\":\"{0}/keys/notify-signing\"", "another key or version")]
    [InlineData("\"kid\":\"https://other.vault.azure.net/keys/notify-signing/{1}\"", "another key or version")]
    [InlineData("\"kid\":7", "names no key")]
    public async Task SignAsync_AnswerOfAnotherKey_IsAFault(string kid, string expected)
    {
        var text = kid.Replace("{0}", _vault.Address.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal).Replace("{1}", _version, StringComparison.Ordinal);
        Answer(200, $$"""{{{text}},"value":"{{Base64Url.EncodeToString(new byte[256])}}"}""");

        var detail = await Signer().FaultAsync();

        Assert.Contains(expected, detail, StringComparison.Ordinal);
        Assert.Single(_vault.Requests);
    }

    [Fact]
    public async Task SignAsync_KeyNamedInAnotherCase_IsTheSameKey()
    {
        Answer(200, $$"""{"kid":"{{KeyId().ToUpperInvariant()}}","value":"{{Base64Url.EncodeToString(new byte[256])}}"}""");

        Assert.IsType<SigningResult.Success>(await Signer().SignAsync("content"u8.ToArray(), CancellationToken.None));
    }

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("<html>", "it is not JSON")]
    [InlineData("[]", "it names no key")]
    [InlineData("null", "it names no key")]
    [InlineData("{\"kid\":\"{0}\"}", "it holds no signature")]
    [InlineData("{\"kid\":\"{0}\",\"value\":null}", "it holds no signature")]
    [InlineData("{\"kid\":\"{0}\",\"value\":\"a+b/\"}", "it holds no signature")]
    [InlineData("{\"kid\":\"{0}\",\"value\":\"\"}", "its signature has 0 bytes")]
    [InlineData("{\"kid\":\"{0}\",\"value\":\"c2VjcmV0\"}", "its signature has 6 bytes")]
    public async Task SignAsync_AnswerThatIsNoSignature_IsAFault(string body, string expected)
    {
        Answer(200, body.Replace("{0}", KeyId(), StringComparison.Ordinal));

        Assert.StartsWith($"The vault's answer cannot be used: {expected}", await Signer().FaultAsync(), StringComparison.Ordinal);
    }

    private void Answer(int status, string body) => _vault.Instead = (context, _) => FakeVault.AnswerAsync(context, status, body);

    private string KeyId() => $"{_vault.Address.AbsoluteUri.TrimEnd('/')}/keys/{VaultSigners.KeyName}/{_version}";

    private IRequestSigner Signer() => VaultSigners.Over(_vault, _identity, _version);
}
