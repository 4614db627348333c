using System.Diagnostics;

namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>The Bicep command line: the package's, else the one that <c>az bicep install</c> leaves in the home folder.</summary>
internal static class BicepCli
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <summary>Null where there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Runs it and gives back what it wrote.</summary>
    public static async Task<BicepRun> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path ?? throw new InvalidOperationException("There is no Bicep command line."), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var deadline = new CancellationTokenSource(_patience);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"bicep {arguments[0]} ran for more than {_patience}.");
        }

        return new BicepRun(process.ExitCode, await output, await error);
    }

    private static string? Find()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new[] { BuildMetadata.Read("BicepPath"), System.IO.Path.Combine(home, ".azure", "bin", "bicep"), System.IO.Path.Combine(home, ".azure", "bin", "bicep.exe") }
            .FirstOrDefault(File.Exists);
    }
}
