namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The names in a query that the check must guard: what a wrong letter in would make a silent, empty result.</summary>
internal static class KqlMutation
{
    public static IEnumerable<KqlToken> Names(string query)
    {
        foreach (var statement in KqlStatement.Of(KqlTokens.Of(query)))
        {
            for (var at = 0; at < statement.Tokens.Count; at++)
            {
                var token = statement.Tokens[at];
                var isName = token.Kind switch
                {
                    KqlTokenKind.Identifier => WorkspaceTables.Has(token.Value) || statement.Tables.Any(table => WorkspaceTables.HasColumn(table, token.Value))
                        || KqlLanguage.Functions.Contains(token.Value),
                    KqlTokenKind.Text => statement.IsKey(at) || (statement.ComparedWith(at) is { } left
                        && (left == "Name" || TelemetryModel.OfTheCode.Values(left) is not null)),
                    _ => false,
                };
                if (isName && !statement.Aliases.Contains(token.Value))
                {
                    yield return token;
                }
            }
        }
    }
}
