using System.Diagnostics;
using System.Text.Json;

namespace FunctionsNotify.Cli.Tests;

/// <summary>The payment backends of samples/backends, run as their first lines say.</summary>
public sealed class BackendSamplesTests(DevHost host) : IClassFixture<DevHost>
{
    private static string Folder => Path.Combine(Repository.Root, "samples", "backends");

    [Theory]
    [InlineData("cs", "", "dotnet run backend.cs")]
    [InlineData("js", "node", "npm ci && node backend.js")]
    public async Task Sample_OverTheDevelopmentHost_TellsBothResultsAndTheirOutcomes(string prefix, string folder, string command)
    {
        var addresses = JsonElement.Parse(File.ReadAllBytes(host.Folder.File("data/addresses.json")));

        var (code, output) = await Shell.RunAsync(Path.Combine(Folder, folder), command, ("PaymentsStorage", addresses.GetProperty("storage").GetString()!));

        Assert.True(code == 0, output);
        Assert.Matches($@"(?m)^{prefix}-\d+-1: enqueued as message \S+$", output);
        Assert.Matches($@"(?m)^{prefix}-\d+-1: Delivered after 1 attempt", output);
        Assert.Matches($@"(?m)^{prefix}-\d+-2: Delivered after 1 attempt", output);
    }
}

internal static class Shell
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    public static async Task<(int Code, string Output)> RunAsync(string folder, string command, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Those of the build that runs these tests would decide where another one goes.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(_longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return (process.ExitCode, await output + await error);
    }
}
