using System.Runtime.InteropServices;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Files that the command line names.</summary>
internal static class GivenFile
{
    public static async Task<byte[]> ReadAsync(Session session, string option, string path, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = path == "-" ? session.Host.OpenInput() : File.OpenRead(path);
            using var content = new MemoryStream();
            var buffer = new byte[81_920];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > maxBytes)
                {
                    throw CliFault.Usage($"{option}: must hold at most {maxBytes} bytes");
                }
            }

            return content.ToArray();
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw CliFault.Usage($"{option}: cannot be read ({exception.GetType().Name})");
        }
    }

    /// <summary>One JSON object, byte for byte, without what stands around it.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadObjectAsync(Session session, string option, string path, long maxBytes, CancellationToken cancellationToken) =>
        Object(option, await ReadAsync(session, option, path, maxBytes, cancellationToken));

    internal static ReadOnlyMemory<byte> Object(string option, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray()
                : throw CliFault.Usage($"{option}: must be one JSON object");
        }
        catch (JsonException exception)
        {
            // Its message may quote the content.
            throw CliFault.Usage($"{option}: must be one JSON object; is not JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
        }
    }

    public static void WriteNew(string option, string path, ReadOnlySpan<byte> content, bool isSecret = false)
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
            throw CliFault.NotDone($"{option}: {path} exists already and is left unchanged");
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw CliFault.Usage($"{option}: {path} cannot be written ({exception.GetType().Name})");
        }
    }

    public static bool IsFault(Exception exception) => exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
