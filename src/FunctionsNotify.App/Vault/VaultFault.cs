using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;

namespace FunctionsNotify.App;

// Says in one sentence why there is no signature. Of foreign texts only codes of letters and digits are taken: messages
// of the vault and of the identity name tenants, addresses and parts of tokens.
internal static partial class VaultFault
{
    public const string RetryAfterHeader = "Retry-After";

    private const int MaxCodeLength = 64;

    public static bool IsThrottled(int status) => status is 429 or 503;

    public static string Describe(Response response)
    {
        var answer = $"{response.Status}{ErrorCodes(response)}";
        return response.Status switch
        {
            429 or 503 => $"The vault asked us to slow down ({answer}{RetryAfter(response)}).",
            400 => $"The vault could not use the request ({answer}): is the key an RSA key that may sign?",
            401 => $"The vault did not accept our token ({answer}): does the identity belong to the vault's tenant?",
            403 => $"The vault refused the signature ({answer}): the identity needs the role Key Vault Crypto User, the key must be enabled and in its time, the network allowed.",
            404 => $"The vault has no such key version ({answer}): check KeyVault__Uri, KeyVault__KeyName and KeyVault__KeyVersion.",
            _ => $"The vault gave no signature ({answer}).",
        };
    }

    public static string DescribeReading(Response response)
    {
        var answer = $"{response.Status}{ErrorCodes(response)}";
        return response.Status switch
        {
            403 => $"The vault does not tell when the key ends ({answer}): the identity needs the permission to get the key, which the role Key Vault Crypto User has.",
            404 => $"The vault has no such key version ({answer}): check KeyVault__Uri, KeyVault__KeyName and KeyVault__KeyVersion.",
            _ => $"The vault did not tell when the key ends ({answer}).",
        };
    }

    public static string Describe(Exception fault)
    {
        var causes = Causes(fault).ToList();
        if (causes.OfType<AuthenticationFailedException>().FirstOrDefault() is { } identity)
        {
            var code = EntraCode().Match(identity.Message);
            return $"There is no token for the vault ({identity.GetType().Name}{(code.Success ? $", {code.Value}" : null)}): check KeyVault__Credential and KeyVault__ClientId.";
        }

        // Before the network's: a try that was given up shows as a broken socket too.
        if (causes.OfType<OperationCanceledException>().Any())
        {
            return "The vault did not answer in time.";
        }

        if (causes.OfType<AuthenticationException>().Any())
        {
            return "The vault could not be reached (TLS).";
        }

        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket)
        {
            return $"The vault could not be reached ({socket.SocketErrorCode}).";
        }

        return causes.OfType<HttpRequestException>().FirstOrDefault() is { } network
            ? $"The vault could not be reached ({network.HttpRequestError})."
            : $"The vault could not be asked ({causes[^1].GetType().Name}).";
    }

    private static IEnumerable<Exception> Causes(Exception fault)
    {
        for (var current = fault; current is not null; current = current.InnerException)
        {
            yield return current;

            // What came last is the state of things; a retry that failed has all tries' exceptions in it.
            if (current is AggregateException { InnerExceptions: [.., var last] })
            {
                current = last;
                yield return current;
            }
        }
    }

    private static string RetryAfter(Response response) =>
        response.Headers.TryGetValue(RetryAfterHeader, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? string.Create(CultureInfo.InvariantCulture, $", for {seconds} s")
            : string.Empty;

    // {"error":{"code":"Forbidden","message":"…","innererror":{"code":"ForbiddenByRbac"}}}
    private static string ErrorCodes(Response response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content.ToMemory());
            var error = Member(document.RootElement, "error");
            return Code(error) + Code(Member(error, "innererror"));
        }
        catch (JsonException)
        {
            return string.Empty;
        }
    }

    private static string? Code(JsonElement? holder) =>
        Member(holder, "code") is { ValueKind: JsonValueKind.String } code
        && code.GetString() is { Length: > 0 and <= MaxCodeLength } text && text.All(char.IsAsciiLetterOrDigit)
            ? $", {text}"
            : null;

    private static JsonElement? Member(JsonElement? holder, string name) =>
        holder is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    [GeneratedRegex("AADSTS[0-9]{1,10}")]
    private static partial Regex EntraCode();
}
