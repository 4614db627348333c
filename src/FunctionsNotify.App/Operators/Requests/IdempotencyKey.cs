using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 64;

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
