namespace FunctionsNotify.DevHost;

/// <summary>Finds the clone that this program was built from: the local host takes Azurite, samples and host.json from it.</summary>
public static class RepositoryRoot
{
    private static readonly string[] Marks = ["FunctionsNotify.sln", "global.json"];

    /// <summary>The root's full path: the nearest folder above the program that holds the solution or <c>global.json</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">No folder above the program is the root of a clone.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Marks.Any(mark => File.Exists(Path.Combine(folder.FullName, mark))))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above the program holds {string.Join(" or ", Marks)}: run it from a clone of the repository.");
    }
}
