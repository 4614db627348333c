using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>Cuts a query into tokens; comments fall out. What it does not know is an error, so that nothing passes unseen.</summary>
internal static partial class KqlTokens
{
    public static IReadOnlyList<KqlToken> Of(string query)
    {
        var tokens = new List<KqlToken>();
        for (var at = 0; at < query.Length;)
        {
            var match = Pattern().Match(query, at);
            if (!match.Success || match.Index != at)
            {
                throw new FormatException($"Position {at}: '{query[at]}' starts no token that is known.");
            }

            at += match.Length;
            if (Token(match) is { } token)
            {
                tokens.Add(token);
            }
        }

        return tokens;
    }

    private static KqlToken? Token(Match match)
    {
        foreach (var kind in Enum.GetValues<KqlTokenKind>())
        {
            if (match.Groups[kind.ToString()] is { Success: true } group)
            {
                return new KqlToken(kind, group.Value, group.Index, group.Length);
            }
        }

        return null;
    }

    [GeneratedRegex("""
        \G(?: \s+ | //[^\n]*
          | "(?<Text>(?:[^"\\\n]|\\.)*)" | '(?<Text>(?:[^'\\\n]|\\.)*)'
          | (?<Parameter>\{[A-Za-z]\w*(?::\w+)?\})
          | (?<Number>\d+(?:\.\d+)?(?:ms|[smhd])?\b)
          | (?<Symbol>==|!=|<=|>=|=~|\.\.|!(?=[a-z])|[|=<>()\[\],;:+\-*/.])
          | (?<Identifier>[A-Za-z_]\w*) )
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Pattern();
}
