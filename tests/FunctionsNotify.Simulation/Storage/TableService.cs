using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Simulation.Storage;

// A row's properties as they were written, types beside them.
internal sealed record Row(JsonObject Properties, string ETag)
{
    private readonly Dictionary<string, string> _texts = Properties.ToDictionary(property => property.Key, property => property.Value!.ToString(), StringComparer.Ordinal);

    public string? this[string property] => _texts.GetValueOrDefault(property);
}

internal sealed class TableService(Func<DateTimeOffset> now)
{
    private const int PageSize = 1000;
    private const string TypeSuffix = "@odata.type";

    private readonly Dictionary<string, SortedDictionary<(string Partition, string Key), Row>> _tables = new(StringComparer.OrdinalIgnoreCase);
    private long _version;

    // Who watches the rows: the row as it was and as it is.
    public Action<(string Partition, string Key), Row?, Row?> Changed { get; set; } = (_, _, _) => { };

    public IEnumerable<KeyValuePair<(string Partition, string Key), Row>> Rows => _tables.Values.SelectMany(table => table);

    // As if they had never been written.
    public void Lose(Func<Row, bool> isLost)
    {
        foreach (var table in _tables.Values)
        {
            foreach (var key in table.Where(row => isLost(row.Value)).Select(row => row.Key).ToList())
            {
                table.Remove(key);
            }
        }
    }

    public Reply Answer(Call call)
    {
        if (call.Path == "Tables")
        {
            var name = JsonNode.Parse(call.Body)!["TableName"]!.ToString();
            return _tables.TryAdd(name, new(Comparer<(string, string)>.Create(InOrder))) ? new Reply(204) : Refused(409, "TableAlreadyExists");
        }

        if (call.Path == "$batch")
        {
            return Transact(TransactionText.Read(call));
        }

        var paren = call.Path.IndexOf('(', StringComparison.Ordinal);
        if (!_tables.TryGetValue(paren < 0 ? call.Path : call.Path[..paren], out var table))
        {
            return Refused(404, "TableNotFound");
        }

        if (call.Method == "POST")
        {
            var row = JsonNode.Parse(call.Body)!.AsObject();
            var key = (row["PartitionKey"]!.ToString(), row["RowKey"]!.ToString());
            return table.ContainsKey(key) ? Refused(409, "EntityAlreadyExists") : Put(table, key, null, row);
        }

        return paren >= 0 && KeyOf(call.Path[paren..]) is { } one ? One(call, table, one) : Query(call, table);
    }

    // All or nothing: who watches hears of a transaction when it stands.
    private Reply Transact(IReadOnlyList<Call> calls)
    {
        var (changed, made, replies) = (Changed, new List<((string Partition, string Key) Key, Row? Before, Row? After)>(), new List<Reply>());
        Changed = (key, before, after) => made.Add((key, before, after));
        foreach (var call in calls)
        {
            replies.Add(Answer(call));
            if (replies[^1].Status >= 400)
            {
                break;
            }
        }

        Changed = changed;
        if (replies[^1] is { Status: >= 400 } refusal)
        {
            var table = _tables.GetValueOrDefault(calls[0].Path.Split('(')[0]);
            foreach (var (key, before, _) in made.AsEnumerable().Reverse())
            {
                if (before is null)
                {
                    table!.Remove(key);
                }
                else
                {
                    table![key] = before;
                }
            }

            return TransactionText.Write([refusal]);
        }

        made.ForEach(each => Changed(each.Key, each.Before, each.After));
        return TransactionText.Write(replies);
    }

    private Reply One(Call call, SortedDictionary<(string, string), Row> table, (string Partition, string Key) key)
    {
        var standing = table.GetValueOrDefault(key);
        var ifMatch = call["If-Match"];
        if (call.Method == "GET")
        {
            return standing is null ? Refused(404, "ResourceNotFound") : Json(Read(standing, call.Query("$select")), ("ETag", standing.ETag));
        }

        if (standing is null && (ifMatch is not null || call.Method == "DELETE"))
        {
            return Refused(404, "ResourceNotFound");
        }

        if (ifMatch is not (null or "*") && ifMatch != standing!.ETag)
        {
            return Refused(412, "UpdateConditionNotSatisfied");
        }

        if (call.Method == "DELETE")
        {
            table.Remove(key);
            Changed(key, standing, null);
            return new Reply(204);
        }

        var change = JsonNode.Parse(call.Body)!.AsObject();
        if (call.Method == "PATCH" && standing is not null)
        {
            var changed = change.Where(property => property.Value is not null).Select(property => property.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var (name, value) in standing.Properties.Where(property => !changed.Contains(PropertyOf(property.Key))))
            {
                change[name] = value?.DeepClone();
            }
        }

        change["PartitionKey"] = key.Partition;
        change["RowKey"] = key.Key;
        return Put(table, key, standing, change);
    }

    private Reply Put(SortedDictionary<(string, string), Row> table, (string, string) key, Row? standing, JsonObject properties)
    {
        foreach (var nothing in properties.Where(property => property.Value is null || property.Key.StartsWith("odata.", StringComparison.Ordinal)).Select(property => property.Key).ToList())
        {
            properties.Remove(nothing);
        }

        properties["Timestamp"] = now().UtcDateTime.ToString("O");
        var row = new Row(properties, $"W/\"datetime'{++_version}'\"");
        table[key] = row;
        Changed(key, standing, row);
        return new Reply(204, string.Empty, ("ETag", row.ETag));
    }

    private static Reply Query(Call call, SortedDictionary<(string Partition, string Key), Row> table)
    {
        var filter = Filter.Parse(call.Query("$filter"));
        var top = int.TryParse(call.Query("$top"), out var asked) ? Math.Min(asked, PageSize) : PageSize;
        var from = (call.Query("NextPartitionKey") ?? string.Empty, call.Query("NextRowKey") ?? string.Empty);
        var found = table.Where(row => InOrder(row.Key, from) >= 0 && filter(row.Value)).Take(top + 1).ToList();
        var page = new JsonArray([.. found.Take(top).Select(row => Read(row.Value, call.Query("$select")))]);
        return found.Count > top
            ? Json(new JsonObject { ["value"] = page }, ("x-ms-continuation-NextPartitionKey", found[top].Key.Partition), ("x-ms-continuation-NextRowKey", found[top].Key.Key))
            : Json(new JsonObject { ["value"] = page });
    }

    private static JsonObject Read(Row row, string? select)
    {
        var wanted = string.IsNullOrEmpty(select) ? null : select.Split(',').ToHashSet(StringComparer.Ordinal);
        var read = new JsonObject { ["odata.etag"] = row.ETag };
        foreach (var (name, value) in row.Properties)
        {
            if (wanted is null || wanted.Contains(PropertyOf(name)))
            {
                read[name] = value?.DeepClone();
            }
        }

        if (read.ContainsKey("Timestamp"))
        {
            read["Timestamp@odata.type"] = "Edm.DateTime";
        }

        return read;
    }

    // A type stands beside its property.
    private static string PropertyOf(string name) => name.EndsWith(TypeSuffix, StringComparison.Ordinal) ? name[..^TypeSuffix.Length] : name;

    private static Reply Json(JsonObject body, params (string, string)[] headers) =>
        new(200, string.Empty, [("Content-Type", "application/json;odata=minimalmetadata"), .. headers]) { Bytes = JsonSerializer.SerializeToUtf8Bytes(body) };

    private static Reply Refused(int status, string code) => Reply.Refused(status, code, json: true);

    // (PartitionKey='…',RowKey='…'); null for ().
    private static (string Partition, string Key)? KeyOf(string text)
    {
        const string middle = "',RowKey='";
        if (text.IndexOf(middle, StringComparison.Ordinal) is not (> 0 and var at))
        {
            return null;
        }

        return (text["(PartitionKey='".Length..at].Replace("''", "'", StringComparison.Ordinal), text[(at + middle.Length)..^2].Replace("''", "'", StringComparison.Ordinal));
    }

    private static int InOrder((string Partition, string Key) one, (string Partition, string Key) other) =>
        string.CompareOrdinal(one.Partition, other.Partition) is not 0 and var order ? order : string.CompareOrdinal(one.Key, other.Key);
}

// The multipart form of a transaction.
internal static partial class TransactionText
{
    private const string Line = "\r\n";

    public static IReadOnlyList<Call> Read(Call call) =>
    [
        .. Part().Matches(Encoding.UTF8.GetString(call.Body)).Select(part => new Call(
            part.Groups["method"].Value,
            new Uri(part.Groups["uri"].Value),
            part.Groups["headers"].Value.Split(Line, StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(": ", 2)).ToDictionary(header => header[0], header => header[1], StringComparer.OrdinalIgnoreCase),
            Encoding.UTF8.GetBytes(part.Groups["body"].Value))),
    ];

    public static Reply Write(IReadOnlyList<Reply> replies)
    {
        var parts = replies.Select(reply => string.Join(
            Line,
            ["--changeset", "Content-Type: application/http", "Content-Transfer-Encoding: binary", string.Empty, $"HTTP/1.1 {reply.Status} Said", .. reply.Headers.Select(header => $"{header.Name}: {header.Value}"), string.Empty, reply.Body, string.Empty]));
        var body = $"--batch{Line}Content-Type: multipart/mixed; boundary=changeset{Line}{Line}{string.Concat(parts)}--changeset--{Line}--batch--{Line}";
        return new Reply(202, body, ("Content-Type", "multipart/mixed; boundary=batch"));
    }

    [GeneratedRegex("(?<method>[A-Z]+) (?<uri>https?://\\S+) HTTP/1.1\r\n(?<headers>(?:[^\r\n]+\r\n)*)\r\n(?<body>.*?)\r\n--changeset", RegexOptions.Singleline)]
    private static partial Regex Part();
}

// The filters that the app writes: comparisons with texts and numbers, and, or, not, parentheses.
internal sealed class Filter
{
    private readonly List<string> _tokens = [];
    private int _at;

    private Filter(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            if (text[at] is '(' or ')')
            {
                at++;
            }
            else if (text[at] == '\'')
            {
                for (at++; at < text.Length && (text[at] != '\'' || (at + 1 < text.Length && text[at + 1] == '\'')); at++)
                {
                    at += text[at] == '\'' ? 1 : 0;
                }

                at++;
            }
            else
            {
                while (at < text.Length && text[at] is not (' ' or '(' or ')'))
                {
                    at++;
                }
            }

            _tokens.Add(text[start..at]);
        }
    }

    public static Func<Row, bool> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return _ => true;
        }

        var filter = new Filter(text);
        var parsed = filter.Or();
        return filter._at == filter._tokens.Count ? parsed : throw new FormatException($"The filter is not understood: {text}");
    }

    private string Next => _at < _tokens.Count ? _tokens[_at] : string.Empty;

    private Func<Row, bool> Or()
    {
        var left = And();
        while (Take("or"))
        {
            var (one, other) = (left, And());
            left = row => one(row) || other(row);
        }

        return left;
    }

    private Func<Row, bool> And()
    {
        var left = One();
        while (Take("and"))
        {
            var (one, other) = (left, One());
            left = row => one(row) && other(row);
        }

        return left;
    }

    private Func<Row, bool> One()
    {
        if (Take("not"))
        {
            var inner = One();
            return row => !inner(row);
        }

        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw new FormatException("The filter lacks a parenthesis.");
        }

        var (property, comparison, value) = (_tokens[_at++], _tokens[_at++], _tokens[_at++]);
        Func<string, int> compare = value.StartsWith('\'')
            ? text => string.CompareOrdinal(text, value[1..^1].Replace("''", "'", StringComparison.Ordinal))
            : text => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture).CompareTo(long.Parse(value.TrimEnd('L'), System.Globalization.CultureInfo.InvariantCulture));
        return row => row[property] is { } text && Holds(comparison, compare(text));
    }

    private static bool Holds(string comparison, int order) => comparison switch
    {
        "eq" => order == 0,
        "ne" => order != 0,
        "lt" => order < 0,
        "le" => order <= 0,
        "gt" => order > 0,
        "ge" => order >= 0,
        _ => throw new FormatException($"The filter's comparison is not understood: {comparison}"),
    };

    private bool Take(string token)
    {
        if (Next != token)
        {
            return false;
        }

        _at++;
        return true;
    }
}
