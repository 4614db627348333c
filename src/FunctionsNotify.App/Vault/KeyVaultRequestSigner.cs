using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace FunctionsNotify.App;

// Signs by Key Vault's key operation: only the content's SHA-256 goes to the vault, and the private key never leaves
// it. Thread-safe.
internal sealed class KeyVaultRequestSigner : IRequestSigner
{
    public const string ApiVersion = "7.4";

    private const string Algorithm = "RS256";

    private readonly HttpPipeline _pipeline;
    private readonly Uri _operation;
    private readonly string _keyId;
    private readonly string _keyVersion;

    public KeyVaultRequestSigner(HttpPipeline pipeline, KeyVaultOptions options, string keyVersion)
    {
        _pipeline = pipeline;
        _keyId = new Uri(new Uri(options.Uri!), $"/keys/{options.KeyName}/{options.KeyVersion}").AbsoluteUri;
        _operation = new Uri($"{_keyId}/sign?api-version={ApiVersion}");
        _keyVersion = keyVersion;
    }

    public async ValueTask<SigningResult> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var message = CreateMessage(content.Span);
            await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            return Read(message.Response);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
#pragma warning disable CA1031 // A signer answers with a value; a credential may throw whatever it likes.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return new SigningResult.Fault(VaultFault.Describe(fault));
        }
    }

    private HttpMessage CreateMessage(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        var message = _pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Post;
        message.Request.Uri.Reset(_operation);
        message.Request.Headers.Add("Accept", "application/json");
        message.Request.Headers.Add("Content-Type", "application/json");
        message.Request.Content = RequestContent.Create(Encoding.ASCII.GetBytes($$"""{"alg":"{{Algorithm}}","value":"{{Base64Url.EncodeToString(digest)}}"}"""));
        return message;
    }

    private SigningResult Read(Response response)
    {
        if (response.Status != 200)
        {
            var detail = VaultFault.Describe(response);
            return VaultFault.IsThrottled(response.Status) ? new SigningResult.Throttled(detail) : new SigningResult.Fault(detail);
        }

        return SignAnswer.TryRead(response.Content.ToMemory(), _keyId, out var signature, out var problem)
            ? new SigningResult.Success(signature, _keyVersion)
            : new SigningResult.Fault($"The vault's answer cannot be used: {problem}.");
    }
}
