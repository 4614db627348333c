namespace FunctionsNotify.Testing;

/// <summary>Holds every answer that passes to the OpenAPI document, whatever the test looks at.</summary>
public sealed class ContractHandler : DelegatingHandler
{
    /// <summary>Puts the judge before a handler.</summary>
    /// <param name="inner">Sends the requests.</param>
    public ContractHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var fault = ApiContract.Current.Judge(
            request.Method.Method, request.RequestUri!.AbsolutePath, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body);
        return fault is null
            ? response
            : throw new InvalidDataException($"{request.Method} {request.RequestUri.PathAndQuery} answered {(int)response.StatusCode}, which breaks openapi.json: {fault}\n{body}");
    }
}
