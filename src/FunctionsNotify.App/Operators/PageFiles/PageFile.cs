using System.Collections.Frozen;
using System.IO.Compression;

namespace FunctionsNotify.App;

internal sealed record PageFile(string ContentType, PageContent Plain, PageContent Compressed)
{
    public const string Index = "index.html";

    private const string Folder = "Page/";

    private static readonly FrozenDictionary<string, string> _contentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Only what is here is served: no name of a caller's is ever looked up as a path.
    private static readonly FrozenDictionary<string, PageFile> _files = typeof(PageFile).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && _contentTypes.ContainsKey(Path.GetExtension(name)))
        .ToFrozenDictionary(name => name[Folder.Length..], Read, StringComparer.Ordinal);

    public static IEnumerable<string> Names => _files.Keys;

    public static PageFile? Find(string name) => _files.GetValueOrDefault(name);

    private static PageFile Read(string resource)
    {
        var bytes = EmbeddedFile.Read(resource)!;
        return new PageFile(_contentTypes[Path.GetExtension(resource)], PageContent.Of(bytes), PageContent.Of(Compress(bytes)));
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}
