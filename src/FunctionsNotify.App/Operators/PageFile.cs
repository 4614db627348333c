using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FunctionsNotify.App;

// A static file that the assembly carries: one of the operators' page. Nothing is loaded from elsewhere.
internal sealed record PageFile(string ContentType, PageContent Plain, PageContent Compressed)
{
    public const string Index = "index.html";

    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string Folder = "Page/";
    private const string Gzip = "gzip";

    private static readonly Assembly _assembly = typeof(PageFile).Assembly;

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
    private static readonly FrozenDictionary<string, PageFile> _files = _assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && _contentTypes.ContainsKey(Path.GetExtension(name)))
        .ToFrozenDictionary(name => name[Folder.Length..], Read, StringComparer.Ordinal);

    public static IEnumerable<string> Names => _files.Keys;

    public static byte[] OpenApi { get; } = Bytes("OpenApi/openapi.json");

    public static IResult Serve(HttpRequest request, string name)
    {
        var headers = request.HttpContext.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (_files.GetValueOrDefault(name) is not { } file)
        {
            return Results.Problem(statusCode: StatusCodes.Status404NotFound, detail: "The page has no such file.");
        }

        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        // Kept, and asked for again each time: a new version shows at once.
        headers.CacheControl = "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        var isGzip = request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase) && encoding.Quality != 0);
        if (isGzip)
        {
            headers.ContentEncoding = Gzip;
        }

        var content = isGzip ? file.Compressed : file.Plain;
        return Results.Bytes(content.Bytes, file.ContentType, entityTag: new EntityTagHeaderValue(content.ETag));
    }

    private static PageFile Read(string resource)
    {
        var bytes = Bytes(resource);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return new PageFile(_contentTypes[Path.GetExtension(resource)], PageContent.Of(bytes), PageContent.Of(compressed.ToArray()));
    }

    private static byte[] Bytes(string resource)
    {
        using var stream = _assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"The build embedded no {resource}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

internal sealed record PageContent(byte[] Bytes, string ETag)
{
    private const int TagBytes = 16;

    public static PageContent Of(byte[] bytes) => new(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, TagBytes))}\"");
}
