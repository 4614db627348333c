using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.DevHost;

/// <summary>The pinned npm package: installed on first use, and again when its lock file changed.</summary>
internal static class AzuritePackage
{
    private const int MaxTold = 800;

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Azurite's main script. Concurrent calls, also of other processes, install once.</summary>
    public static async Task<string> EnsureAsync(string directory, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(directory, "package-lock.json")))
        {
            throw new AzuriteException("eng/azurite/package-lock.json is missing: Azurite is installed from it.");
        }

        if (!IsInstalled(directory))
        {
            await using var held = await LockAsync(directory, cancellationToken).ConfigureAwait(false);
            if (!IsInstalled(directory))
            {
                await InstallAsync(directory, cancellationToken).ConfigureAwait(false);
            }
        }

        return MainScript(directory);
    }

    private static string MainScript(string directory) => Path.Combine(directory, "node_modules", "azurite", "dist", "src", "azurite.js");

    // npm writes its own lock file into node_modules as its last step, so a broken-off installation has none.
    private static bool IsInstalled(string directory)
    {
        var installed = new FileInfo(Path.Combine(directory, "node_modules", ".package-lock.json"));
        return installed.Exists
            && File.Exists(MainScript(directory))
            && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(directory, "package-lock.json"))
            && Member(Path.Combine(directory, "package.json"), "dependencies", "azurite") == Member(Path.Combine(directory, "node_modules", "azurite", "package.json"), "version");
    }

    private static string? Member(string file, params string[] path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return path.Aggregate(json.RootElement, (element, name) => element.GetProperty(name)).GetString();
    }

    // Outside the folder: npm ci deletes node_modules, and a lock file beside it would show up as untracked.
    private static async Task<FileStream> LockAsync(string directory, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(directory))))[..16];
        var path = Path.Combine(Path.GetTempPath(), $"functions-notify-azurite-{key}.lock");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < InstallTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task InstallAsync(string directory, CancellationToken cancellationToken)
    {
        using var npm = Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = npm.StandardError.ReadToEndAsync(cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(InstallTimeout);
        try
        {
            await npm.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new AzuriteException($"'npm ci' in eng/azurite did not end within {InstallTimeout.TotalMinutes:0} minutes.");
        }

        if (npm.ExitCode != 0 || !File.Exists(MainScript(directory)))
        {
            var said = (await errors.ConfigureAwait(false) + await output.ConfigureAwait(false)).Trim().ReplaceLineEndings(" | ");
            throw new AzuriteException($"'npm ci' in eng/azurite failed with exit code {npm.ExitCode}: {(said.Length <= MaxTold ? said : said[^MaxTold..])}");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new AzuriteException("npm did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new AzuriteException("npm was not found: install Node.js 20 or later, or set AzureWebJobsStorage to a storage account or a running Azurite.", exception);
        }
    }
}
