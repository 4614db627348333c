namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>
/// One statement of a query, with what it reads: its own tables and those of the <c>let</c> statements before it that it names.
/// </summary>
internal sealed class KqlStatement
{
    private KqlStatement(IReadOnlyList<KqlToken> tokens, IEnumerable<KqlStatement> named)
    {
        Tokens = tokens;
        LetName = tokens is [{ Value: "let" }, { Kind: KqlTokenKind.Identifier } name, ..] ? name.Value : null;
        var sources = named.ToList();
        Tables = [.. tokens.Where(token => token.Kind is KqlTokenKind.Identifier && WorkspaceTables.Has(token.Value)).Select(token => token.Value)
            .Concat(sources.SelectMany(source => source.Tables)).Distinct()];
        Aliases = sources.SelectMany(source => source.Aliases).Concat(DatatableColumns()).Concat(AssignedNames()).ToHashSet(StringComparer.Ordinal);
        Keys = new Dictionary<string, string>(sources.SelectMany(source => source.Keys).DistinctBy(key => key.Key), StringComparer.Ordinal);
        foreach (var (alias, key) in AliasedKeys())
        {
            Keys[alias] = key;
        }
    }

    public IReadOnlyList<KqlToken> Tokens { get; }

    public string? LetName { get; }

    public IReadOnlyList<string> Tables { get; }

    /// <summary>Columns that the statement, or one that it names, makes.</summary>
    public IReadOnlySet<string> Aliases { get; }

    /// <summary>Columns that hold one entry of <c>Properties</c>, with the entry's key.</summary>
    public Dictionary<string, string> Keys { get; }

    public static IReadOnlyList<KqlStatement> Of(IReadOnlyList<KqlToken> tokens)
    {
        var statements = new List<KqlStatement>();
        for (var start = 0; start < tokens.Count;)
        {
            var end = start;
            while (end < tokens.Count && !tokens[end].Is(";"))
            {
                end++;
            }

            var own = tokens.Skip(start).Take(end - start).ToList();
            var named = statements.Where(earlier => earlier.LetName is { } name && own.Exists(token => token.IsWord(name)));
            statements.Add(new KqlStatement(own, [.. named]));
            start = end + 1;
        }

        return statements;
    }

    /// <summary>The key in <c>Properties["key"]</c> when the text at this place is one.</summary>
    public bool IsKey(int at) => Tokens[at].Kind is KqlTokenKind.Text && at >= 2 && Tokens[at - 1].Is("[") && Tokens[at - 2].IsWord("Properties");

    /// <summary>The table that is read at this place: the nearest one before it, else the first that a named statement reads.</summary>
    public string? TableAt(int at) =>
        Tokens.Take(at).LastOrDefault(token => token.Kind is KqlTokenKind.Identifier && WorkspaceTables.Has(token.Value))?.Value ?? (Tables.Count > 0 ? Tables[0] : null);

    /// <summary>What a text is compared with by <c>==</c>, <c>!=</c> or <c>in</c>; null when it is not compared.</summary>
    public string? ComparedWith(int at)
    {
        if (Tokens[at].Kind is not KqlTokenKind.Text || at < 2)
        {
            return null;
        }

        var before = at - 1;
        if (Tokens[before].Is("==") || Tokens[before].Is("!="))
        {
            return LeftOperand(before - 1);
        }

        while (before > 0 && (Tokens[before].Is(",") || Tokens[before].Kind is KqlTokenKind.Text))
        {
            before--;
        }

        return before > 1 && Tokens[before].Is("(") && Tokens[before - 1].IsWord("in") ? LeftOperand(before - 2) : null;
    }

    private string? LeftOperand(int at)
    {
        if (Tokens[at].Is("!"))
        {
            at--;
        }

        if (Tokens[at].Kind is KqlTokenKind.Identifier)
        {
            return Keys.GetValueOrDefault(Tokens[at].Value, Tokens[at].Value);
        }

        return Tokens[at].Is(")") && Tokens[at - 1].Is("]") && IsKey(at - 2) ? Tokens[at - 2].Value : null;
    }

    private IEnumerable<string> AssignedNames() => Tokens
        .Where((token, at) => token.Kind is KqlTokenKind.Identifier && at + 1 < Tokens.Count && Tokens[at + 1].Is("=") && !token.IsWord("kind"))
        .Select(token => token.Value);

    private IEnumerable<string> DatatableColumns()
    {
        for (var at = 0; at < Tokens.Count; at++)
        {
            if (Tokens[at].Kind is KqlTokenKind.Identifier && at + 1 < Tokens.Count && Tokens[at + 1].Is(":"))
            {
                yield return Tokens[at].Value;
            }
        }
    }

    private IEnumerable<(string Alias, string Key)> AliasedKeys()
    {
        for (var at = 0; at + 6 < Tokens.Count; at++)
        {
            if (Tokens[at].Kind is KqlTokenKind.Identifier && Tokens[at + 1].Is("=") && KqlLanguage.Conversions.Contains(Tokens[at + 2].Value) && IsKey(at + 6) && Tokens[at + 3].Is("("))
            {
                yield return (Tokens[at].Value, Tokens[at + 6].Value);
            }
        }
    }
}
