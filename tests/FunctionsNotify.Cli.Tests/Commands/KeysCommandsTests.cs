using System.Security.Cryptography;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli.Tests;

public sealed class KeysCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NotifyUnderTest _notify = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Make_NewFolder_HoldsAPairThatBelongsTogether()
    {
        var folder = _folder.File("keys");

        var made = (await _notify.RunAsync("keys", "make", "--out", folder)).EndsWith(ExitCodes.Done);

        var pem = File.ReadAllText(Path.Combine(folder, "private.pem"));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", pem, StringComparison.Ordinal);
        using var key = RsaKeys.ReadPrivateKey(pem);
        Assert.Equal(2048, key.KeySize);
        Assert.Equal(RsaKeys.ExportPublicKeyBase64(key), made.Out.Trim());
        Assert.Equal(made.Out.Trim(), File.ReadAllText(Path.Combine(folder, "public.txt")).Trim());
        Assert.Equal(made.Out.Trim(), (await _notify.RunAsync("keys", "public", "--key-file", Path.Combine(folder, "public.pem"))).EndsWith(ExitCodes.Done).Out.Trim());
        Assert.DoesNotContain("PRIVATE", made.Out, StringComparison.Ordinal);
        (await _notify.RunAsync("keys", "check", "--private-key", Path.Combine(folder, "private.pem"), "--public-key", Path.Combine(folder, "public.txt"))).EndsWith(ExitCodes.Done);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "private.pem")));
        }
    }

    [Theory]
    [InlineData("private.pem")]
    [InlineData("public.pem")]
    [InlineData("public.txt")]
    public async Task Make_OneFileIsThere_TouchesNothing(string name)
    {
        var kept = _folder.Write(name, "mine");
        (await _notify.RunAsync("keys", "make", "--out", _folder.Path)).EndsWith(ExitCodes.NotDone);
        Assert.Equal("mine", File.ReadAllText(kept));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Check_MixedUpKeys_AreNamed()
    {
        using var own = RSA.Create(2048);
        using var other = RSA.Create(2048);
        var privateKey = _folder.Write("own.pem", own.ExportPkcs8PrivateKeyPem());
        var wrongPublic = _folder.Write("other.txt", RsaKeys.ExportPublicKeyBase64(other));
        var ring = Directory.CreateDirectory(_folder.File("ring")).FullName;
        File.WriteAllText(Path.Combine(ring, "1.pem"), RsaKeys.ExportPublicKeyBase64(other));
        File.WriteAllText(Path.Combine(ring, "2.pem"), own.ExportSubjectPublicKeyInfoPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(privateKey, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        var ending = (await _notify.RunAsync("keys", "check", "--private-key", privateKey, "--public-key", wrongPublic, "--alipay-plus-keys", ring, "--json")).EndsWith(ExitCodes.NotDone);

        var bad = ending.Json.GetProperty("checks").EnumerateArray().Where(check => !check.GetProperty("isGood").GetBoolean()).Select(check => check.GetProperty("check").GetString());
        Assert.Equal(OperatingSystem.IsWindows() ? ["pair", "alipay-plus 2"] : ["private-key-file", "pair", "alipay-plus 2"], bad);
        Assert.DoesNotContain(Convert.ToBase64String(own.ExportPkcs8PrivateKey())[..40], ending.Out + ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_PrivateKeyOfTheSettings_IsItsPublicPart()
    {
        using var own = RSA.Create(2048);
        _notify.Environment["AlipayPlus__PrivateKeyPath"] = _folder.Write("own.pem", Convert.ToBase64String(own.ExportPkcs8PrivateKey()));
        Assert.Equal(RsaKeys.ExportPublicKeyBase64(own), (await _notify.RunAsync("keys", "public")).EndsWith(ExitCodes.Done).Out.Trim());
    }

    [Fact]
    public async Task Public_NoKey_SaysTheShapeAndNotTheText()
    {
        var ending = (await _notify.RunAsync("keys", "public", "--key-file", _folder.Write("x", "hunter2"))).EndsWith(ExitCodes.Usage);
        Assert.DoesNotContain("hunter2", ending.Error, StringComparison.Ordinal);
        Assert.Contains("--key-file", ending.Error, StringComparison.Ordinal);
    }
}
