namespace FunctionsNotify.DevHost;

/// <summary>The folder of everything that is kept; one host at a time uses it.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public string StateFile => System.IO.Path.Combine(Path, "state.db");

    public string Azurite => System.IO.Path.Combine(Path, "azurite");

    public string SimulatorKeys => System.IO.Path.Combine(Path, "simulator-keys");

    public string ServiceSettings => System.IO.Path.Combine(Path, "services.env");

    /// <summary>Takes the folder; the operating system gives it back when this process ends, in whatever way.</summary>
    /// <exception cref="IOException">Another host uses it, or it cannot be written.</exception>
    public static DataDirectory Take(string path)
    {
        Directory.CreateDirectory(path);
        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            return new DataDirectory(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException($"The data folder is in use by another local host, or cannot be written: {exception.Message}", exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
