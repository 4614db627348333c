namespace FunctionsNotify.Infra.Tests.Monitoring;

internal enum KqlTokenKind
{
    Identifier,
    Text,
    Number,
    Symbol,

    /// <summary>A parameter of the workbook outside of a text, <c>{TimeRange:grain}</c>.</summary>
    Parameter,
}

/// <summary>One token of a query. Of a text, <see cref="Value"/> is what stands between the quotes.</summary>
internal sealed record KqlToken(KqlTokenKind Kind, string Value, int Start, int Length)
{
    public bool Is(string symbol) => Kind is KqlTokenKind.Symbol && Value == symbol;

    public bool IsWord(string word) => Kind is KqlTokenKind.Identifier && Value == word;
}
