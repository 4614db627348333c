using System.Collections.Frozen;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The part of the query language that our queries use. A word that is not here is taken for a column, and checked as one.</summary>
internal static class KqlLanguage
{
    public static readonly FrozenSet<string> Functions = FrozenSet.Create(
        StringComparer.Ordinal,
        "ago", "arg_max", "bin", "case", "coalesce", "count", "countif", "datatable", "datetime_diff", "gzip_compress_to_base64_string",
        "iff", "isempty", "isnotempty", "isnotnull", "max", "min", "now", "percentile", "strcat", "strcat_delim", "sum", "sumif",
        "todouble", "toint", "tolong", "toscalar", "tostring", "url_encode");

    public static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.Ordinal,
        "let", "where", "summarize", "extend", "project", "distinct", "order", "top", "by", "asc", "desc", "on", "join", "kind",
        "leftouter", "union", "and", "or", "in", "between", "contains", "has", "string", "long", "true", "false", "take");

    public static readonly FrozenSet<string> Conversions = FrozenSet.Create(StringComparer.Ordinal, "tostring", "toint", "todouble", "tolong");
}
