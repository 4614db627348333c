namespace FunctionsNotify.Simulator;

/// <summary>Tells the address to whoever started the simulator: the file is there, whole, exactly while it answers.</summary>
internal sealed class UrlFile : IDisposable
{
    private readonly string _path;
    private readonly string _content;

    public UrlFile(string path, Uri address)
    {
        _path = Path.GetFullPath(path);
        _content = address.AbsoluteUri + "\n";
        var draft = $"{_path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(draft, _content);
        File.Move(draft, _path, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            // Another simulator may have taken the file over.
            if (File.Exists(_path) && File.ReadAllText(_path) == _content)
            {
                File.Delete(_path);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The file's folder is gone or locked: there is nothing left to tidy.
        }
    }
}
