using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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

// Reads {"kid":"…","value":"…"}. A signature by another key than the configured one would only be refused far away, by
// Alipay+ and without a reason, so it is refused here.
internal static class SignAnswer
{
    // An RSA signature is as long as its key; these are the sizes that a vault makes.
    private static readonly int[] SignatureLengths = [2048 / 8, 3072 / 8, 4096 / 8];

    public static bool TryRead(
        ReadOnlyMemory<byte> body, string keyId, [NotNullWhen(true)] out byte[]? signature, [NotNullWhen(false)] out string? problem)
    {
        signature = null;
        problem = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Text(document.RootElement, "kid") is not { } kid)
            {
                problem = "it names no key";
            }
            // Key identifiers are compared without case.
            else if (!kid.Equals(keyId, StringComparison.OrdinalIgnoreCase))
            {
                problem = "it names another key or version than KeyVault__KeyName and KeyVault__KeyVersion";
            }
            else if (Text(document.RootElement, "value") is not { } value || !Base64Url.IsValid(value))
            {
                problem = "it holds no signature";
            }
            else
            {
                signature = Base64Url.DecodeFromChars(value);
                if (!SignatureLengths.Contains(signature.Length))
                {
                    problem = $"its signature has {signature.Length} bytes, no length of an RSA key from 2048 bits";
                    signature = null;
                }
            }
        }
        catch (JsonException)
        {
            problem = "it is not JSON";
        }

        return signature is not null;
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}

// The way to the vault. A signature sits inside an attempt, whose schedule is the real retry: two short tries fit into
// the usual request timeout, and a vault that asks us to slow down is not tried again at once.
internal static class VaultPipeline
{
    // Two tries of 2 s and the pause between them stay under the usual request timeout of 5 s.
    public static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(2);

    private const int MaxRetries = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.2);

    public static HttpPipeline Create(Uri vault, TokenCredential credential, HttpPipelineTransport? transport, TimeSpan tryTimeout)
    {
        var options = new VaultClientOptions();
        options.Retry.Mode = RetryMode.Fixed;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = Pause;
        options.Retry.NetworkTimeout = tryTimeout;
        if (transport is not null)
        {
            options.Transport = transport;
        }

        return HttpPipelineBuilder.Build(
            options, [], [new BearerTokenAuthenticationPolicy(credential, VaultAddress.Scope(vault))], new VaultResponses());
    }

    private sealed class VaultClientOptions : ClientOptions;

    private sealed class VaultResponses : Azure.Core.ResponseClassifier
    {
        public override bool IsRetriableResponse(HttpMessage message) =>
            message.Response.Status is 408 or 500 or 502 or 504
            // A pause that the server asks for would outlast the attempt.
            && !message.Response.Headers.Contains(VaultFault.RetryAfterHeader);
    }
}
