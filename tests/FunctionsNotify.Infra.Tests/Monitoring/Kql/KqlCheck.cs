using System.Globalization;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>Finds every name in a query that neither the code emits nor the workspace has.</summary>
internal static class KqlCheck
{
    /// <summary>One sentence for each wrong name; empty for a query that is right.</summary>
    public static IReadOnlyList<string> Faults(string query, TelemetryModel telemetry)
    {
        var statements = KqlStatement.Of(KqlTokens.Of(query));
        var lets = statements.Select(statement => statement.LetName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. statements.SelectMany(statement => Faults(statement, lets, telemetry))];
    }

    private static IEnumerable<string> Faults(KqlStatement statement, HashSet<string> lets, TelemetryModel telemetry)
    {
        var names = Names(statement);
        for (var at = 0; at < statement.Tokens.Count; at++)
        {
            var token = statement.Tokens[at];
            var fault = token.Kind switch
            {
                KqlTokenKind.Identifier => Word(statement, at, lets),
                KqlTokenKind.Text when statement.IsKey(at) => Key(statement.TableAt(at), token.Value, names, telemetry),
                KqlTokenKind.Text when statement.ComparedWith(at) is { } left => Compared(statement.TableAt(at), left, token.Value, telemetry),
                _ => null,
            };
            if (fault is not null)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"position {token.Start}: {fault}");
            }
        }
    }

    private static List<string> Names(KqlStatement statement) =>
        [.. statement.Tokens.Where((_, at) => statement.ComparedWith(at) == "Name").Select(token => token.Value)];

    private static string? Word(KqlStatement statement, int at, HashSet<string> lets)
    {
        var word = statement.Tokens[at].Value;
        if (at + 1 < statement.Tokens.Count && statement.Tokens[at + 1].Is("(") && !KqlLanguage.Words.Contains(word))
        {
            return KqlLanguage.Functions.Contains(word) ? null : $"{word} is no function that is known";
        }

        var isKnown = KqlLanguage.Words.Contains(word) || lets.Contains(word) || WorkspaceTables.Has(word) || statement.Aliases.Contains(word)
            || statement.Tables.Any(table => WorkspaceTables.HasColumn(table, word));
        return isKnown ? null : $"{word} is neither a table, nor a column of {string.Join(", ", statement.Tables)}, nor made in the query";
    }

    private static string? Key(string? table, string key, List<string> names, TelemetryModel telemetry)
    {
        if (table == WorkspaceTables.Metrics)
        {
            return names.Count == 0 || names.Exists(name => telemetry.HasAttribute(name, key)) ? NoneOf(telemetry.Attributes, key, "attribute of an instrument")
                : $"none of {string.Join(", ", names)} has the attribute {key}";
        }

        return table is not null && WorkspaceTables.OfLines.Contains(table)
            ? NoneOf(telemetry.LineProperties, key, "property of a log line")
            : NoneOf(telemetry.SpanAttributes, key, "attribute of a span");
    }

    private static string? Compared(string? table, string left, string value, TelemetryModel telemetry)
    {
        if (left == "Name")
        {
            return table == WorkspaceTables.Metrics
                ? NoneOf(telemetry.Instruments, value, "instrument")
                : NoneOf(telemetry.Spans, value, "span");
        }

        return telemetry.Values(left) is { } values ? NoneOf(values, value, $"value of {left}") : null;
    }

    private static string? NoneOf(IReadOnlySet<string> known, string name, string what) => known.Contains(name) ? null : $"{name} is no {what}";
}
