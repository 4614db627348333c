using System.Reflection;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>
/// The files of version 1 beside this one. They are what is in histories, queues and stores already, so none is ever
/// changed: docs/decisions/0004-changing-the-orchestrator.md.
/// </summary>
internal static class StoredFiles
{
    private static readonly string _folder = Path.Combine(
        typeof(StoredFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value
            ?? throw new InvalidOperationException("The build wrote no RepositoryRoot."),
        "tests",
        "FunctionsNotify.App.Tests",
        "Compatibility",
        "v1");

    public static IEnumerable<string> Names(string kind) =>
        Directory.EnumerateFiles(Path.Combine(_folder, kind), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public static string Read(string kind, string name) => File.ReadAllText(PathOf(kind, name));

    /// <summary>With NOTIFY_WRITE_COMPATIBILITY=1 writes a file that does not exist; never changes one.</summary>
    public static void WriteMissing(string kind, string name, Func<string> json)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_WRITE_COMPATIBILITY") != "1" || File.Exists(PathOf(kind, name)))
        {
            return;
        }

        Directory.CreateDirectory(Path.Combine(_folder, kind));
        using var file = new StreamWriter(new FileStream(PathOf(kind, name), FileMode.CreateNew));
        file.Write(json() + "\n");
    }

    private static string PathOf(string kind, string name) => Path.Combine(_folder, kind, name + ".json");
}
