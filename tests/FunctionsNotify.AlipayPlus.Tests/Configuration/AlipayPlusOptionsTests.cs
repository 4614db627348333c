using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moq;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class AlipayPlusOptionsTests : IDisposable
{
    private const string BaseUrl = "https://open-sea-global.alipayplus.com";

    private readonly string _folder = Directory.CreateTempSubdirectory("fn-options-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("https://open-sea-global.alipayplus.com")]
    [InlineData("https://open-sea-global.alipayplus.com/")]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("http://localhost:5000/")]
    [InlineData("http://[::1]:5000")]
    public void Validate_GoodSettings_Pass(string baseUrl) => Assert.Empty(Problems(ClientHost.Settings(baseUrl)));

    [Fact]
    public void Validate_NothingSet_NamesEveryMissingSetting()
    {
        string[] expected = ["AlipayPlus__BaseUrl", "AlipayPlus__ClientId", "AlipayPlus__KeyVersion", "AlipayPlus__PrivateKey", "AlipayPlus__PublicKeys__<version>"];
        var problems = Problems([]);
        Assert.Equal(expected, problems.Select(problem => problem.Split(':')[0]));
        Assert.All(problems, problem => Assert.Contains("is missing", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_EverythingWrong_NamesEverySettingInOneLineAndNoValue()
    {
        var settings = new Dictionary<string, string?>
        {
            ["AlipayPlus:BaseUrl"] = "http://pay.example.com",
            ["AlipayPlus:ClientId"] = "two words",
            ["AlipayPlus:KeyVersion"] = "v 1",
            ["AlipayPlus:PrivateKey"] = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
            ["AlipayPlus:PublicKeys:1"] = SigningVectors.PrivateKeyPem,
            ["AlipayPlus:PublicKeys:2"] = "nonsense",
            ["AlipayPlus:PublicKeys:b c"] = SigningVectors.PublicKeyPem,
            ["AlipayPlus:RequestTimeout"] = "soon",
            ["AlipayPlus:KeyExpiresOn"] = "03/04/2027",
            ["AlipayPlus:AgentToken"] = "secret token",
            ["AlipayPlus:ClientIdd"] = "a misspelt name",
        };
        string[] expected =
        [
            "AlipayPlus__AgentToken", "AlipayPlus__BaseUrl", "AlipayPlus__ClientId", "AlipayPlus__ClientIdd", "AlipayPlus__KeyExpiresOn", "AlipayPlus__KeyVersion", "AlipayPlus__PrivateKey", "AlipayPlus__PublicKeys__1",
            "AlipayPlus__PublicKeys__2", "AlipayPlus__PublicKeys__b c", "AlipayPlus__RequestTimeout",
        ];

        var problems = Problems(settings);

        Assert.Equal(expected, problems.Select(problem => problem.Split(": ")[0]).Order(StringComparer.Ordinal));
        Assert.All(problems, problem =>
        {
            Assert.DoesNotContain('\n', problem);
            Assert.DoesNotContain("c2Vjcm", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("two words", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("secret token", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("03/04", problem, StringComparison.Ordinal);
            Assert.DoesNotContain(SigningVectors.PrivateKeyPem.Split('\n')[1][..20], problem, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("2027-03-31", "2027-03-31T00:00:00Z")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public async Task KeyExpiry_BySetting_IsTheStartOfThatDayInUtc(string? setting, string? expected)
    {
        var settings = ClientHost.Settings(BaseUrl);
        settings["AlipayPlus:KeyExpiresOn"] = setting;
        using var services = new ServiceCollection().AddAlipayPlus(ClientHost.Section(settings)).BuildServiceProvider();

        var end = await Assert.Single(services.GetServices<IKeyExpiry>()).GetAsync(CancellationToken.None);

        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), end);
    }

    [Theory]
    [InlineData("open-sea-global.alipayplus.com")]
    [InlineData("ftp://open-sea-global.alipayplus.com")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://localhost.example.com")]
    [InlineData("https://user:secret@host")]
    [InlineData("https://host/aps/api/v1/payments/notifyPushPayment")]
    [InlineData("https://host?x=secret")]
    [InlineData("https://host/#secret")]
    [InlineData("/aps")]
    public void Validate_BadBaseUrl_IsNamed(string baseUrl)
    {
        var problem = Assert.Single(Problems(ClientHost.Settings(baseUrl)));
        Assert.StartsWith("AlipayPlus__BaseUrl: ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("00:00:00")]
    [InlineData("-00:00:05")]
    [InlineData("00:00:00.099")]
    [InlineData("00:01:00.001")]
    public void Validate_RequestTimeoutOutOfBounds_IsNamed(string timeout)
    {
        var settings = ClientHost.Settings(BaseUrl);
        settings["AlipayPlus:RequestTimeout"] = timeout;
        Assert.StartsWith("AlipayPlus__RequestTimeout: ", Assert.Single(Problems(settings)), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_BothWaysToGiveAKey_IsNamed()
    {
        var settings = ClientHost.Settings(BaseUrl);
        settings["AlipayPlus:PrivateKeyPath"] = "private.pem";
        settings["AlipayPlus:PublicKeysPath"] = "keys";
        Assert.Equal(["AlipayPlus__PrivateKey", "AlipayPlus__PublicKeys"], Problems(settings).Select(problem => problem.Split(':')[0]));
    }

    [Fact]
    public void Validate_FilesThatAreMissing_AreNamed()
    {
        var problems = Problems(FileSettings("no-such.pem", "no-such-folder"));
        Assert.Equal(["AlipayPlus__PrivateKeyPath", "AlipayPlus__PublicKeysPath"], problems.Select(problem => problem.Split(':')[0]));
        Assert.All(problems, problem => Assert.Contains("no such file or folder", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_EmptyKeyFolder_IsNamed()
    {
        File.WriteAllText(Path.Combine(_folder, "private.pem"), SigningVectors.PrivateKeyPem);
        Directory.CreateDirectory(Path.Combine(_folder, "keys"));
        Assert.Contains("no <version>.pem", Assert.Single(Problems(FileSettings("private.pem", "keys"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_PrivateKeyFileHoldsThePublicKey_SaysSo()
    {
        File.WriteAllText(Path.Combine(_folder, "private.pem"), SigningVectors.PublicKeyPem);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "keys")).FullName, "1.pem"), SigningVectors.PublicKeyPem);
        var problem = Assert.Single(Problems(FileSettings("private.pem", "keys")));
        Assert.StartsWith("AlipayPlus__PrivateKeyPath: ", problem, StringComparison.Ordinal);
        Assert.Contains("found a public key", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAlipayPlus_KeysFromFiles_SignsAndVerifies()
    {
        File.WriteAllText(Path.Combine(_folder, "private.pem"), SigningVectors.PrivateKeyPem);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "keys")).FullName, "1.pem"), SigningVectors.PublicKeyPem);
        using var provider = new ServiceCollection().AddAlipayPlus(ClientHost.Section(FileSettings("private.pem", "keys"))).BuildServiceProvider();
        var content = new byte[] { 1, 2, 3 };
        var signed = Assert.IsType<SigningResult.Success>(
            await provider.GetRequiredService<IRequestSigner>().SignAsync(content, CancellationToken.None));
        var header = SignatureHeader.Format(signed.KeyVersion, signed.Signature.Span);
        Assert.True(provider.GetRequiredService<PublicKeyRing>().Verify(content, header).IsValid);
    }

    [Fact]
    public void AddAlipayPlus_Defaults_AreTheDocumentedOnes()
    {
        var settings = ClientHost.Settings(BaseUrl);
        settings.Remove("AlipayPlus:RequestTimeout");
        using var provider = new ServiceCollection().AddAlipayPlus(ClientHost.Section(settings)).BuildServiceProvider();
        Assert.Equal(TimeSpan.FromSeconds(5), provider.GetRequiredService<IOptions<AlipayPlusOptions>>().Value.RequestTimeout);
        Assert.Same(TimeProvider.System, provider.GetRequiredService<TimeProvider>());
    }

    [Fact]
    public void AddAlipayPlus_WrongSettings_StopTheStart()
    {
        using var provider = new ServiceCollection().AddAlipayPlus(ClientHost.Section([])).BuildServiceProvider();
        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(5, fault.Failures.Count());
    }

    [Fact]
    public async Task AddRequestSigner_NoPrivateKey_IsSoundAndThatSignerSigns()
    {
        var settings = ClientHost.Settings(BaseUrl);
        settings.Remove("AlipayPlus:PrivateKey");
        var signer = new Mock<IRequestSigner>();
        using var provider = new ServiceCollection()
            .AddAlipayPlus(ClientHost.Section(settings))
            .AddRequestSigner("Elsewhere__Key", _ => signer.Object)
            .BuildServiceProvider();

        provider.GetRequiredService<IStartupValidator>().Validate();

        Assert.Same(signer.Object, Assert.Single(provider.GetServices<IRequestSigner>()));
        await provider.GetRequiredService<INotifyPushPaymentClient>().SendAsync(new byte[] { (byte)'{', (byte)'}' }, CancellationToken.None);
        signer.Verify(mock => mock.SignAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public void AddRequestSigner_PrivateKeyToo_NamesBothSettings()
    {
        var settings = ClientHost.Settings(BaseUrl);
        settings["AlipayPlus:PrivateKeyPath"] = "private.pem";
        using var provider = new ServiceCollection()
            .AddAlipayPlus(ClientHost.Section(settings))
            .AddRequestSigner("Elsewhere__Key", _ => Mock.Of<IRequestSigner>())
            .BuildServiceProvider();

        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(["AlipayPlus__PrivateKey", "AlipayPlus__PrivateKeyPath"], fault.Failures.Select(problem => problem.Split(':')[0]));
        Assert.All(fault.Failures, problem => Assert.Contains("beside Elsewhere__Key", problem, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Problems(Dictionary<string, string?> settings)
    {
        using var provider = new ServiceCollection().AddAlipayPlus(ClientHost.Section(settings)).BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<AlipayPlusOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return [.. fault.Failures];
        }
    }

    private Dictionary<string, string?> FileSettings(string privateKey, string publicKeys)
    {
        var settings = ClientHost.Settings(BaseUrl);
        settings.Remove("AlipayPlus:PrivateKey");
        settings.Remove($"AlipayPlus:PublicKeys:{TestKeys.AlipayKeyVersion}");
        settings["AlipayPlus:PrivateKeyPath"] = Path.Combine(_folder, privateKey);
        settings["AlipayPlus:PublicKeysPath"] = Path.Combine(_folder, publicKeys);
        return settings;
    }
}
