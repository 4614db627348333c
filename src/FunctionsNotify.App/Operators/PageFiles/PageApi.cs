using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FunctionsNotify.App;

// The handlers of the operators' page: static files that this assembly carries. Anonymous, because they hold nothing;
// the page asks for the key, and every call of the API needs it. Nothing is loaded from elsewhere.
internal static class PageApi
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string Gzip = "gzip";

    public static IResult Get(HttpRequest request) => Serve(request, PageFile.Index);

    public static IResult GetFile(HttpRequest request, string file) => Serve(request, file);

    private static IResult Serve(HttpRequest request, string name)
    {
        ArgumentNullException.ThrowIfNull(request);
        var headers = request.HttpContext.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (PageFile.Find(name) is not { } file)
        {
            return Results.Problem(statusCode: StatusCodes.Status404NotFound, detail: "The page has no such file.");
        }

        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        // Kept, and asked for again each time: a new version shows at once.
        headers.CacheControl = "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        var content = file.Plain;
        if (TakesGzip(request))
        {
            headers.ContentEncoding = Gzip;
            content = file.Compressed;
        }

        return Results.Bytes(content.Bytes, file.ContentType, entityTag: new EntityTagHeaderValue(content.ETag));
    }

    private static bool TakesGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase) && encoding.Quality != 0);
}
