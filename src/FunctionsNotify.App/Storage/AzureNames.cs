namespace FunctionsNotify.App;

// Azure Storage's naming rules. A name that breaks one fails only at the first request, and then as "bad request".
internal static class AzureNames
{
    public const string PoisonSuffix = "-poison";

    private const int MinLength = 3;
    private const int MaxLength = 63;

    public static string? FaultOfQueue(string name) => FaultOfDashedName(name, MaxLength);

    public static string? FaultOfTriggerQueue(string name) => FaultOfDashedName(name, MaxLength - PoisonSuffix.Length);

    public static string? FaultOfContainer(string name) => FaultOfDashedName(name, MaxLength);

    public static string? FaultOfTable(string name) =>
        name.Length is < MinLength or > MaxLength || !char.IsAsciiLetter(name[0]) || !name.All(char.IsAsciiLetterOrDigit)
            ? $"must have {MinLength} to {MaxLength} ASCII letters and digits and start with a letter"
            : string.Equals(name, "tables", StringComparison.OrdinalIgnoreCase) ? "must not be the reserved name tables" : null;

    private static string? FaultOfDashedName(string name, int maxLength) =>
        name.Length < MinLength
        || name.Length > maxLength
        || !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        || name[0] == '-'
        || name[^1] == '-'
        || name.Contains("--", StringComparison.Ordinal)
            ? $"must have {MinLength} to {maxLength} lower-case ASCII letters, digits and single dashes, and start and end with a letter or digit"
            : null;
}
