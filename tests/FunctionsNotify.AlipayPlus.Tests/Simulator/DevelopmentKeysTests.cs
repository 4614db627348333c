using System.Security.Cryptography;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

public sealed class DevelopmentKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadOrCreate_TwoStarts_KeepTheKeys()
    {
        var first = DevelopmentKeys.LoadOrCreate(_folder.File("keys"));
        var second = DevelopmentKeys.LoadOrCreate(_folder.File("keys"));

        Assert.Equal((first.AcquirerPublicKey, first.AlipayPlusPublicKey), (second.AcquirerPublicKey, second.AlipayPlusPublicKey));
        Assert.NotEqual(first.AcquirerPublicKey, first.AlipayPlusPublicKey);
        using var key = RsaKeys.ReadPrivateKey(File.ReadAllText(first.AcquirerPrivateKeyPath));
        Assert.Equal(2048, key.KeySize);
        using var published = RsaKeys.ReadPublicKey(File.ReadAllText(Path.Combine(first.AlipayPlusPublicKeysPath, $"{DevelopmentKeys.KeyVersion}.pem")));
        Assert.Equal(first.AlipayPlusPublicKey, RsaKeys.ExportPublicKeyBase64(published));
    }

    [Fact]
    public async Task LoadOrCreate_EightStartsAtOnce_AllHoldTheSameKeys()
    {
        using var gate = new Barrier(8);
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                gate.SignalAndWait();
                return DevelopmentKeys.LoadOrCreate(_folder.File("keys"));
            },
            TaskCreationOptions.LongRunning)));

        Assert.Single(starts.Select(keys => (keys.AcquirerPublicKey, keys.AlipayPlusPublicKey)).Distinct());
        // What is on the disk is what they hold, and no draft was left behind.
        Assert.Equal(starts[0].AcquirerPublicKey, DevelopmentKeys.LoadOrCreate(_folder.File("keys")).AcquirerPublicKey);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void LoadOrCreate_PrivateKeys_AreTheirOwnersOnlyAndNeverCommitted()
    {
        var keys = DevelopmentKeys.LoadOrCreate(_folder.File("keys"));

        var ignored = File.ReadAllLines(_folder.File(Path.Combine("keys", ".gitignore")));
        foreach (var path in new[] { keys.AcquirerPrivateKeyPath, keys.AlipayPlusPrivateKeyPath })
        {
            Assert.Contains("/" + Path.GetFileName(path), ignored);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }
        }
    }

    [Fact]
    public void LoadOrCreate_FolderWithAnIgnoreFile_LeavesItAlone()
    {
        File.WriteAllText(_folder.File(".gitignore"), "mine\n");

        DevelopmentKeys.LoadOrCreate(_folder.Path);

        Assert.Equal("mine\n", File.ReadAllText(_folder.File(".gitignore")));
    }

    [Fact]
    public void LoadOrCreate_PublicKeyOfAnotherPair_IsMadeAnew()
    {
        var keys = DevelopmentKeys.LoadOrCreate(_folder.Path);
        var path = Path.Combine(keys.AlipayPlusPublicKeysPath, "1.pem");
        using var other = RSA.Create(2048);
        File.WriteAllText(path, other.ExportSubjectPublicKeyInfoPem());

        DevelopmentKeys.LoadOrCreate(_folder.Path);

        using var read = RsaKeys.ReadPublicKey(File.ReadAllText(path));
        Assert.Equal(keys.AlipayPlusPublicKey, RsaKeys.ExportPublicKeyBase64(read));
    }

    [Fact]
    public void LoadOrCreate_BrokenKeyFile_IsNamedAndKept()
    {
        File.WriteAllText(_folder.File("acquirer-private.pem"), "not a key");

        var fault = Assert.Throws<KeyFormatException>(() => DevelopmentKeys.LoadOrCreate(_folder.Path));

        Assert.Contains("acquirer-private.pem", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not a key", fault.Message, StringComparison.Ordinal);
        Assert.Equal("not a key", File.ReadAllText(_folder.File("acquirer-private.pem")));
    }
}
