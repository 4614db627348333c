using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace FunctionsNotify.App;

// The key version's attribute exp in the vault: after it the vault signs no more. Reading it needs the permission to
// get the key, which the role Key Vault Crypto User has.
internal sealed class KeyVaultKeyExpiry : IKeyExpiry
{
    // The end of the year 9999.
    private const long MaxUnixSeconds = 253_402_300_799;

    private readonly HttpPipeline _pipeline;
    private readonly Uri _key;

    public KeyVaultKeyExpiry(HttpPipeline pipeline, KeyVaultOptions options)
    {
        _pipeline = pipeline;
        _key = new Uri(new Uri(options.Uri!), $"/keys/{options.KeyName}/{options.KeyVersion}?api-version={KeyVaultRequestSigner.ApiVersion}");
    }

    public async ValueTask<DateTimeOffset?> GetAsync(CancellationToken cancellationToken)
    {
        using var message = _pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Get;
        message.Request.Uri.Reset(_key);
        message.Request.Headers.Add("Accept", "application/json");
        try
        {
            await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException(VaultFault.Describe(fault));
        }

        return message.Response.Status == 200
            ? Read(message.Response)
            : throw new InvalidOperationException(VaultFault.DescribeReading(message.Response));
    }

    // {"key":{…},"attributes":{"enabled":true,"exp":1798761600,…}}; exp is left out when the key has no end.
    private static DateTimeOffset? Read(Response response)
    {
        const string Unusable = "The vault's answer about the key cannot be used";
        try
        {
            using var document = JsonDocument.Parse(response.Content.ToMemory());
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("attributes", out var attributes)
                || attributes.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidOperationException($"{Unusable}: it has no attributes.");
            }

            if (!attributes.TryGetProperty("exp", out var end) || end.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            return end.ValueKind == JsonValueKind.Number && end.TryGetInt64(out var seconds) && seconds is >= 0 and <= MaxUnixSeconds
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new InvalidOperationException($"{Unusable}: its exp is no time.");
        }
        catch (JsonException)
        {
            throw new InvalidOperationException($"{Unusable}: it is not JSON.");
        }
    }
}
