using System.Diagnostics;
using System.Globalization;

namespace FunctionsNotify.DevHost;

/// <summary>
/// Names the process that uses a data folder. When this process was killed, its Azurite ends by itself but needs a moment
/// to save its data: the next one waits for that. Azurite takes the file away as its last act, which also tells its end
/// where nobody reaps processes without a parent, as in many containers.
/// </summary>
internal static class PidFile
{
    /// <summary>The file's name, in the data folder.</summary>
    public const string Name = "azurite.pid";

    public static void Write(string directory, int processId) =>
        File.WriteAllText(PathIn(directory), processId.ToString(CultureInfo.InvariantCulture));

    public static async Task WaitForFormerAsync(string directory, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathIn(directory))
            || !int.TryParse(await File.ReadAllTextAsync(PathIn(directory), cancellationToken).ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            return;
        }

        var waited = Stopwatch.StartNew();
        while (File.Exists(PathIn(directory)) && IsNode(processId))
        {
            // A number that the system has given to another program since is no reason to wait for ever.
            if (waited.Elapsed > atMost)
            {
                throw new AzuriteException($"Another Azurite, process {processId}, uses the data folder: stop it, or give another folder.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsNode(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited && process.ProcessName.StartsWith("node", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string PathIn(string directory) => Path.Combine(directory, Name);
}
