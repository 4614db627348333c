namespace FunctionsNotify.LocalHost;

/// <summary>
/// Where other commands find the Azurite of the local host that runs on a data folder. Never an account that was given
/// to the host: its key stays out of files.
/// </summary>
internal static class AzuriteAddress
{
    private const string FileName = "azurite.connection";

    public static void Write(string dataDirectory, string connectionString) => File.WriteAllText(PathIn(dataDirectory), connectionString);

    public static void Remove(string dataDirectory) => File.Delete(PathIn(dataDirectory));

    /// <summary>The connection string; null when no local host with an Azurite of its own has left one.</summary>
    public static string? Find(string dataDirectory) => File.Exists(PathIn(dataDirectory)) ? File.ReadAllText(PathIn(dataDirectory)).Trim() : null;

    private static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, FileName);
}
