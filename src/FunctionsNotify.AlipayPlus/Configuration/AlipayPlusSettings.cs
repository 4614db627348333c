namespace FunctionsNotify.AlipayPlus;

/// <summary>The settings' environment names, as operators know them.</summary>
internal static class AlipayPlusSettings
{
    /// <summary>The environment name of a property.</summary>
    public static string Name(string property) => $"{AlipayPlusOptions.SectionName}__{property}";

    /// <summary>The environment name of a public key.</summary>
    public static string PublicKey(string version) => $"{Name(nameof(AlipayPlusOptions.PublicKeys))}__{version}";

    /// <summary>One line about one wrong setting.</summary>
    public static string Line(string property, string problem) => $"{Name(property)}: {problem}.";
}
