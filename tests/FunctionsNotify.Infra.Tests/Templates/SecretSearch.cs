using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Templates;

/// <summary>What a secret looks like.</summary>
internal static partial class SecretSearch
{
    public static bool LooksSecret(string text) => Shapes().IsMatch(text);

    [GeneratedRegex(
        """
        AccountKey\s*= | SharedAccess(Key|Signature) | [?&]sig= | -----BEGIN | \blist(Account)?(Keys|Sas|Secrets)\b | (password|client_?secret|api_?key)\s*[=:]\s*['"]?[^\s'"{]
        | InstrumentationKey=[0-9a-f]{8} | \b(?=[A-Za-z0-9+/]*[0-9+/])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+]{60,}={0,2}
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Shapes();
}
