using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// One line per wrong setting, by its environment name, with the value's shape.
internal sealed class KeyVaultOptionsValidator : IValidateOptions<KeyVaultOptions>
{
    private const int MaxKeyName = 127;
    private const int KeyVersionLength = 32;
    private const int ClientIdLength = 36;

    public ValidateOptionsResult Validate(string? name, KeyVaultOptions options)
    {
        var problems = new List<string>(options.Unreadable);
        Require(problems, nameof(options.Uri), options.Uri, VaultAddress.Fault, "the address of the vault whose key signs");
        Require(problems, nameof(options.KeyName), options.KeyName, FaultOfKeyName, "the name of the key that signs");
        Require(problems, nameof(options.KeyVersion), options.KeyVersion, FaultOfKeyVersion, "the version of the key that Alipay+ knows by AlipayPlus__KeyVersion; the newest is never taken by itself");
        Judge(problems, nameof(options.Credential), options.Credential, FaultOfCredential);
        Judge(problems, nameof(options.ClientId), options.ClientId, FaultOfClientId);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Require(List<string> problems, string property, string? value, Func<string, string?> fault, string meaning)
    {
        if (value is null)
        {
            problems.Add($"{KeyVaultOptions.Name(property)}: is missing; it is {meaning}");
            return;
        }

        Judge(problems, property, value, fault);
    }

    private static void Judge(List<string> problems, string property, string? value, Func<string, string?> fault)
    {
        if (value is not null && fault(value) is { } rule)
        {
            problems.Add($"{KeyVaultOptions.Name(property)}: {rule}; found a text of {value.Length} characters");
        }
    }

    private static string? FaultOfKeyName(string name) =>
        name.Length <= MaxKeyName && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-')
            ? null
            : $"must have 1 to {MaxKeyName} ASCII letters, digits and dashes, without vault and version";

    private static string? FaultOfKeyVersion(string version) =>
        version.Length == KeyVersionLength && version.All(char.IsAsciiHexDigit)
            ? null
            : $"must be the key version's {KeyVersionLength} hexadecimal digits in the vault (the number that Alipay+ knows it by stands in AlipayPlus__KeyVersion)";

    private static string? FaultOfCredential(string credential) =>
        VaultCredential.IsKnown(credential) ? null : "must be managedidentity or workloadidentity, or left out";

    private static string? FaultOfClientId(string clientId) =>
        clientId.Length == ClientIdLength && Guid.TryParseExact(clientId, "D", out _)
            ? null
            : "must be an identity's client id, such as 00000000-0000-0000-0000-000000000000";
}
