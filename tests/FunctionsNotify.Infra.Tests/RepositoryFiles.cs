namespace FunctionsNotify.Infra.Tests;

/// <summary>Files of the repository, by their path from its top level.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = BuildMetadata.Read("RepositoryRoot")
        ?? throw new InvalidOperationException("The build wrote no RepositoryRoot.");

    public static string PathOf(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Paths from the top level, with slashes, sorted; empty when the folder is not there.</summary>
    public static IReadOnlyList<string> List(string folder, string pattern) => !Directory.Exists(PathOf(folder))
        ? []
        : [.. Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
}
