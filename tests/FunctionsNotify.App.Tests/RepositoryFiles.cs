using System.Reflection;

namespace FunctionsNotify.App.Tests;

/// <summary>Paths that the build wrote into this assembly.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = typeof(RepositoryFiles).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot")
        .Value ?? throw new InvalidOperationException("The build wrote no RepositoryRoot.");
}
