namespace FunctionsNotify.Cli.Tests;

public sealed class ApiSettingsTests
{
    private static ApiSettings Read(string? url = null, string? key = null, params (string Name, string Value)[] environment) =>
        ApiSettings.Read(url, key, null, name => environment.FirstOrDefault(entry => entry.Name == name).Value);

    [Theory]
    [InlineData("http://127.0.0.1:7071", "http://127.0.0.1:7071/api/")]
    [InlineData("http://localhost:7071/", "http://localhost:7071/api/")]
    [InlineData("http://[::1]:7071/api", "http://[::1]:7071/api/")]
    [InlineData("https://app.azurewebsites.net", "https://app.azurewebsites.net/api/")]
    [InlineData("https://gateway.example/notify/api/", "https://gateway.example/notify/api/")]
    public void Read_Address_EndsInApi(string url, string expected) => Assert.Equal(expected, Read(url).BaseAddress.ToString());

    [Theory]
    [InlineData("http://app.azurewebsites.net")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("app.azurewebsites.net")]
    [InlineData("https://user:secret@app.azurewebsites.net")]
    [InlineData("https://app.azurewebsites.net?code=secret")]
    public void Read_AddressThatCouldLeakTheKey_IsRefusedWithoutItsText(string url)
    {
        var fault = Assert.Throws<CliFault>(() => Read(url));
        Assert.Equal(ExitCodes.Usage, fault.ExitCode);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NothingGiven_IsTheLocalHost() => Assert.Equal((new Uri("http://127.0.0.1:7071/api/"), null, null), (Read().BaseAddress, Read().Key, Read().Scope));

    [Fact]
    public void Read_Environment_IsTakenUnlessAnOptionIsGiven()
    {
        (string, string)[] environment = [("NOTIFY_API", "https://one.example"), ("NOTIFY_API_KEY", "k1")];
        Assert.Equal((new Uri("https://one.example/api/"), "k1"), (Read(null, null, environment).BaseAddress, Read(null, null, environment).Key));
        Assert.Equal((new Uri("https://two.example/api/"), "k2"), (Read("https://two.example", "k2", environment).BaseAddress, Read("https://two.example", "k2", environment).Key));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("line\nend")]
    [InlineData("schlüssel")]
    public void Read_KeyThatNoHeaderHolds_IsRefusedWithoutItsText(string key)
    {
        var fault = Assert.Throws<CliFault>(() => Read(null, key));
        Assert.DoesNotContain(key, fault.Message, StringComparison.Ordinal);
        Assert.Contains("--key", fault.Message, StringComparison.Ordinal);
    }
}
