using System.Diagnostics;

namespace FunctionsNotify.Simulator.Tests;

/// <summary>The program as a process of its own.</summary>
public sealed class ProgramTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // SIGINT takes the same way, but a shell that runs the tests in the background has it ignored.
    [Fact]
    public async Task Run_UntilASignal_TellsItsSettingsAndStopsCleanly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var process = Start("--keys", SharedKeys.Folder);
        try
        {
            var settings = new Dictionary<string, string>();
            await process.StandardOutput.ReadLineAsync().WaitAsync(Deadline);
            while (settings.Count < 5)
            {
                var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Deadline);
                Assert.NotNull(line);
                settings.Add(line.Split('=')[0], line.Split('=')[1]);
            }

            using var acquirer = new Acquirer(
                new Uri(settings["AlipayPlus__BaseUrl"]), await File.ReadAllTextAsync(settings["AlipayPlus__PrivateKeyPath"]), settings["AlipayPlus__PublicKeysPath"], settings["AlipayPlus__ClientId"]);
            var answer = await acquirer.SendAsync(Acquirer.Notification("a"));
            Assert.True(answer.Verify(acquirer.AlipayPlusKeys).IsValid);

            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync().WaitAsync(Deadline);
            }

            await process.WaitForExitAsync().WaitAsync(Deadline);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Theory]
    [InlineData("--prot", "5080")]
    [InlineData("--port", "65536")]
    [InlineData("--keys")]
    public async Task Run_WrongArguments_SaysSoAndExits2(params string[] arguments)
    {
        using var process = Start(arguments);

        var errors = await process.StandardError.ReadToEndAsync().WaitAsync(Deadline);
        await process.WaitForExitAsync().WaitAsync(Deadline);

        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith($"{arguments[0]}: is no argument", errors, StringComparison.Ordinal);
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
