using System.Diagnostics;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

/// <summary>The program as a process of its own.</summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Run_UntilASignal_TellsItsSettingsAndStopsCleanly(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var process = Start("--keys", SharedKeys.Folder, "--url-file", _folder.File("url"));
        try
        {
            await Poll.UntilAsync(() => File.Exists(_folder.File("url")) || process.HasExited);
            var address = new Uri(await File.ReadAllTextAsync(_folder.File("url")));
            using (var control = new SimulatorControl(address))
            {
                var settings = (await control.GetKeysAsync()).HostSettings;
                using var acquirer = new Acquirer(
                    address, await File.ReadAllTextAsync(settings["AlipayPlus__PrivateKeyPath"]), settings["AlipayPlus__PublicKeysPath"], settings["AlipayPlus__ClientId"]);
                Assert.Equal("S", (await acquirer.SendAsync(Acquirer.Notification("a"))).Status);
            }

            using (var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync().WaitAsync(Deadline);
            }

            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Deadline);
            await process.WaitForExitAsync().WaitAsync(Deadline);
            Assert.Equal(0, process.ExitCode);
            Assert.Contains($"AlipayPlus__BaseUrl={address.AbsoluteUri.TrimEnd('/')}", output, StringComparison.Ordinal);
            Assert.Contains("AlipayPlus__PrivateKeyPath=", output, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", output, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder.File("url")));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Fact]
    public async Task Run_WrongArguments_SaysEachInALineAndExits2()
    {
        using var process = Start("--prot", "5080", "--keys");

        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Deadline);
        await process.WaitForExitAsync().WaitAsync(Deadline);

        Assert.Equal(2, process.ExitCode);
        Assert.Equal(["--prot: is not a known argument", "5080: is not a known argument", "--keys: needs a value"], errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Run_PortThatIsTaken_SaysSoInALineAndExits1()
    {
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder });
        using var process = Start("--keys", SharedKeys.Folder, "--port", server.BaseAddress.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));

        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Deadline);
        await process.WaitForExitAsync().WaitAsync(Deadline);

        Assert.Equal(1, process.ExitCode);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Start_FourProcessesAtOnce_ServeWithTheSameKeys()
    {
        var processes = Enumerable.Range(0, 4).Select(number => Start("--keys", _folder.File("keys"), "--url-file", _folder.File($"url{number}"))).ToArray();
        try
        {
            var keys = new List<KeysInfo>();
            for (var number = 0; number < processes.Length; number++)
            {
                var file = _folder.File($"url{number}");
                await Poll.UntilAsync(() => File.Exists(file) || processes[number].HasExited);
                using var control = new SimulatorControl(new Uri(await File.ReadAllTextAsync(file)));
                keys.Add(await control.GetKeysAsync());
            }

            Assert.Single(keys.Select(info => (info.AcquirerPublicKey, info.AlipayPlusPublicKey)).Distinct());
            using var onDisk = RsaKeys.ReadPrivateKey(await File.ReadAllTextAsync(keys[0].HostSettings["AlipayPlus__PrivateKeyPath"]));
            Assert.Equal(keys[0].AcquirerPublicKey, RsaKeys.ExportPublicKeyBase64(onDisk));
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    private static Process Start(params string[] arguments)
    {
        var program = typeof(SimulatorServer).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
