using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace FunctionsNotify.App;

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
            // Key identifiers are compared without case. [doc]
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
