using System.Diagnostics;
using System.Reflection;

namespace FunctionsNotify.Infra.Tests;

// Files by their path from the top level, and the tools that are run over them.
internal static class Repository
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    public static string Root { get; } = Metadata("RepositoryRoot") ?? throw new InvalidOperationException("The build wrote no RepositoryRoot.");

    // The package's, else the one that `az bicep install` leaves in the home folder; null where there is none.
    public static string? Bicep { get; } = new[] { Metadata("BicepPath"), Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".azure", "bin", "bicep") }
        .FirstOrDefault(File.Exists);

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    // Paths with slashes, sorted.
    public static IReadOnlyList<string> List(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    // Runs a tool to its end. A variable without a value is taken away.
    public static ToolAnswer Run(
        string tool, IReadOnlyList<string> arguments, string? folder = null, string input = "", IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = folder ?? Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

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

    // What `npm ci` leaves; npm writes this file as its last step, so a broken-off installation has none.
    public static string NodeTools(string folder)
    {
        var path = PathOf(folder);
        if (!File.Exists(Path.Combine(path, "node_modules", ".package-lock.json")))
        {
            _ = OperatingSystem.IsWindows()
                ? Run("cmd", ["/d", "/c", "npm ci --no-audit --no-fund"], path).Result
                : Run("npm", ["ci", "--no-audit", "--no-fund"], path).Result;
        }

        return path;
    }

    private static string? Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(attribute => attribute.Key == key)?.Value;
}

internal sealed record ToolAnswer(int ExitCode, string Output, string Errors)
{
    public string Result => ExitCode == 0 ? Output : throw new InvalidOperationException($"The tool ended with {ExitCode}: {Errors}{Output}");
}
