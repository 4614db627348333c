using System.Diagnostics;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>What a tool wrote.</summary>
internal sealed record ToolAnswer(int ExitCode, string Output, string Errors)
{
    /// <summary>The output of a tool that succeeded.</summary>
    public string Result(string tool) => ExitCode == 0 ? Output : throw new InvalidOperationException($"{tool} ended with {ExitCode}: {Errors}{Output}");
}

/// <summary>Runs a tool to its end, at most five minutes.</summary>
internal static class CommandLineTool
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    public static ToolAnswer Run(string tool, IReadOnlyList<string> arguments, string? folder = null, string input = "")
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = folder ?? RepositoryFiles.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{tool} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{tool} did not end within {_patience.TotalMinutes:0} minutes.");
        }

        return new ToolAnswer(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
