using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal sealed class OpenApiDocument
{
    private readonly OperatorAccess _access;

    public OpenApiDocument(OperatorAccess access) => _access = access;

    public static ReadOnlyMemory<byte> Bytes { get; } = EmbeddedFile.Read("OpenApi/openapi.json")
        ?? throw new InvalidOperationException("The build embedded no openapi.json.");

    public Task<IResult> GetAsync(HttpRequest request) =>
        _access.RunAsync(request, OperatorRole.Reader, _ => Task.FromResult(Results.Bytes(Bytes, "application/json")));
}
