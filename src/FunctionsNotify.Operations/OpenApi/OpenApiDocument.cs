using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Operations;

/// <summary>The API's OpenAPI document.</summary>
public sealed class OpenApiDocument
{
    private readonly OperatorAccess _access;

    /// <summary>Makes the handler.</summary>
    /// <param name="access">Who may call.</param>
    public OpenApiDocument(OperatorAccess access) => _access = access;

    /// <summary>The document's bytes.</summary>
    public static ReadOnlyMemory<byte> Bytes { get; } = EmbeddedFile.Read("OpenApi/openapi.json")
        ?? throw new InvalidOperationException("The build embedded no openapi.json.");

    /// <summary><c>GET /api/openapi.json</c>.</summary>
    /// <param name="request">The HTTP request.</param>
    public Task<IResult> GetAsync(HttpRequest request) =>
        _access.RunAsync(request, OperatorRole.Reader, _ => Task.FromResult(Results.Bytes(Bytes, "application/json")));
}
