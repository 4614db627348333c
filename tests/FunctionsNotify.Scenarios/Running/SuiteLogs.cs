using System.Globalization;

namespace FunctionsNotify.Scenarios;

/// <summary>Keeps what the hosts said, to look into a scenario that failed: <c>logs</c> beside the suite's program.</summary>
internal static class SuiteLogs
{
    private static readonly Lazy<DirectoryInfo> Folder = new(() =>
    {
        var folder = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "logs"));
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        folder.Create();
        return folder;
    });

    private static int _count;

    /// <summary>Writes one host's log.</summary>
    public static void Keep(string name, string log) => File.WriteAllText(
        Path.Combine(Folder.Value.FullName, string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref _count)}.log")), log);

    /// <summary>Every host's log so far, with its name.</summary>
    public static IReadOnlyList<(string Name, string Content)> All() =>
        Folder.IsValueCreated ? [.. Folder.Value.EnumerateFiles("*.log").Select(file => (file.Name, File.ReadAllText(file.FullName)))] : [];
}
