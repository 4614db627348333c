using System.Reflection;

namespace FunctionsNotify.Infra.Tests;

/// <summary>What the build wrote into the test assembly.</summary>
internal static class BuildMetadata
{
    public static string? Read(string key) => typeof(BuildMetadata).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(attribute => attribute.Key == key)?.Value;
}
