using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.App;

// The user of App Service authentication's principal header. Reading never throws, whatever the header holds.
internal sealed record ClientPrincipal(string Name, IReadOnlySet<string> Roles)
{
    public const int MaxHeaderLength = 32 * 1024;

    private const string RoleUri = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

    // The first that is there names the user in the audit log; an app that signs in by itself has only the last two.
    private static readonly string[] _nameClaims =
    [
        "preferred_username",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "name",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
        "azp",
        "appid",
    ];

    public bool Has(OperatorRole role) =>
        Roles.Contains(nameof(OperatorRole.Operator)) || (role == OperatorRole.Reader && Roles.Contains(nameof(OperatorRole.Reader)));

    public static ClientPrincipal? TryRead(string header)
    {
        if (header.Length is 0 or > MaxHeaderLength)
        {
            return null;
        }

        try
        {
            if (!Base64.IsValid(header))
            {
                return null;
            }

            using var document = JsonDocument.Parse(Convert.FromBase64String(header), new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            // InvalidOperationException: a lone surrogate escape is JSON that has no text.
            return null;
        }
    }

    private static ClientPrincipal? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("claims", out var claims) || claims.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var roles = new HashSet<string>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var claim in claims.EnumerateArray())
        {
            if (Text(claim, "typ") is not { } type || Text(claim, "val") is not { } value)
            {
                continue;
            }

            if (type is "roles" or RoleUri)
            {
                roles.Add(value);
            }
            else
            {
                names.TryAdd(type, value);
            }
        }

        return _nameClaims.Select(names.GetValueOrDefault).Select(Clean).FirstOrDefault(name => name is not null) is { } found
            ? new ClientPrincipal(found, roles)
            : null;
    }

    private static string? Text(JsonElement claim, string member) =>
        claim.ValueKind == JsonValueKind.Object && claim.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // As an actor it obeys the actor's rules.
    private static string? Clean(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        var clean = new StringBuilder(OperatorStatement.MaxActorLength);
        foreach (var rune in name.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > OperatorStatement.MaxActorLength)
            {
                break;
            }

            clean.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        }

        return clean.ToString();
    }
}
