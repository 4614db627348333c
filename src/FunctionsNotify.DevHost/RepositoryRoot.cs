namespace FunctionsNotify.DevHost;

/// <summary>The clone that this program was built from: Azurite, the samples and the app's settings come from it.</summary>
public static class RepositoryRoot
{
    private static readonly string[] Marks = ["FunctionsNotify.sln", "global.json"];

    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Marks.Any(mark => File.Exists(Path.Combine(folder.FullName, mark))))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above the program contains {string.Join(" or ", Marks)}: run it from a clone of the repository.");
    }
}
