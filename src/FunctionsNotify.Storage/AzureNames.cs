namespace FunctionsNotify.Storage;

/// <summary>Azure Storage's naming rules. A name that breaks one fails only at the first request, and then as "bad request".</summary>
internal static class AzureNames
{
    /// <summary>What the Functions host appends for its poison queue.</summary>
    public const string PoisonSuffix = "-poison";

    private const int MinLength = 3;
    private const int MaxLength = 63;

    /// <summary>The rule that a queue's name breaks; null when it breaks none.</summary>
    public static string? FaultOfQueue(string name) => FaultOfDashedName(name, MaxLength);

    /// <summary>The rule that the name of a triggering queue breaks: its poison queue needs a name too.</summary>
    public static string? FaultOfTriggerQueue(string name) => FaultOfDashedName(name, MaxLength - PoisonSuffix.Length);

    /// <summary>The rule that a blob container's name breaks.</summary>
    public static string? FaultOfContainer(string name) => FaultOfDashedName(name, MaxLength);

    /// <summary>The rule that a table's name breaks.</summary>
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
