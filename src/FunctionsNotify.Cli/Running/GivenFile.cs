namespace FunctionsNotify.Cli;

/// <summary>Files that the command line names; <c>-</c> is standard input.</summary>
internal static class GivenFile
{
    /// <summary>What stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>The whole file.</summary>
    /// <exception cref="CliFault">It cannot be read, or is too large.</exception>
    public static async Task<byte[]> ReadAsync(Session session, string option, string path, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            var stream = path == StandardInput ? session.Host.OpenInput() : File.OpenRead(path);
            await using (stream.ConfigureAwait(false))
            {
                using var content = new MemoryStream();
                var buffer = new byte[81_920];
                int read;
                while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    content.Write(buffer, 0, read);
                    if (content.Length > maxBytes)
                    {
                        throw CliFault.Usage($"{option}: must hold at most {maxBytes} bytes");
                    }
                }

                return content.ToArray();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CliFault.Usage($"{option}: cannot be read ({exception.GetType().Name})");
        }
    }

    /// <summary>A new file; one that is there is never replaced.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Where.</param>
    /// <param name="content">What.</param>
    /// <param name="isSecret">True for owner-only.</param>
    /// <exception cref="CliFault">It is there already, or cannot be written.</exception>
    public static void WriteNew(string option, string path, ReadOnlySpan<byte> content, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var stream = new FileStream(path, options);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw CliFault.NotDone($"{option}: {path} is there already and stays as it is");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CliFault.Usage($"{option}: {path} cannot be written ({exception.GetType().Name})");
        }
    }
}
