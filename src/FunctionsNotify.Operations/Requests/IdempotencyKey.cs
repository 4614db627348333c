using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Operations;

/// <summary>The header that makes a call the same call again.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 64;

    /// <summary>The key; null when the header is left out, or is out of its rule.</summary>
    public static string? Read(HttpRequest request, FieldErrors errors)
    {
        var values = request.Headers[Header];
        if (values.Count == 0)
        {
            return null;
        }

        if (values is [{ Length: > 0 and <= MaxLength } key] && key.All(character => character is >= ' ' and <= '~'))
        {
            return key;
        }

        errors.Add(Header, $"must be given once, with 1 to {MaxLength} printable ASCII characters");
        return null;
    }
}
