namespace FunctionsNotify.Operations;

/// <summary>The files that this assembly carries.</summary>
internal static class EmbeddedFile
{
    /// <summary>A file's bytes; null when there is none of the name.</summary>
    public static byte[]? Read(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
