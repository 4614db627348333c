using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Writes what a command found: text for people, tabs for pipes, one JSON document for scripts.</summary>
internal sealed class Output(CliHost host, bool isJson)
{
    private const string Green = "32", Red = "31", Yellow = "33", Cyan = "36", Bold = "1";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly JsonSerializerOptions _jsonLine = new(JsonSerializerDefaults.Web);

    private static readonly Dictionary<string, string> _colours = new(StringComparer.Ordinal)
    {
        ["Delivered"] = Green,
        ["Acknowledged"] = Green,
        ["ok"] = Green,
        ["good"] = Green,
        ["Open"] = Cyan,
        ["Cancelled"] = Yellow,
        ["Conflict"] = Yellow,
        ["SetupRejected"] = Yellow,
        ["Rejected"] = Red,
        ["Exhausted"] = Red,
        ["Invalid"] = Red,
        ["failing"] = Red,
        ["WRONG"] = Red,
    };

    public bool IsTerminal => host.OutputIsTerminal && !isJson;

    public void Json(object document) => host.Out.WriteLine(JsonSerializer.Serialize(document, _json));

    public void JsonLine(object document) => host.Out.WriteLine(JsonSerializer.Serialize(document, _jsonLine));

    public void Line(string text) => Write(SafeText.Of(text));

    // Text of several lines, such as a message's body.
    public void Block(string text) => Write(SafeText.Lines(text));

    public void Hint(string text) => host.Error.WriteLine(SafeText.Of(text));

    public void Clear()
    {
        if (host.HasColours && !isJson)
        {
            host.Out.Write("\u001b[H\u001b[2J");
        }
    }

    public void Fields(params IReadOnlyList<(string Name, string? Value)> fields)
    {
        var shown = fields.Where(field => !string.IsNullOrEmpty(field.Value)).ToList();
        var width = shown.Select(field => field.Name.Length).DefaultIfEmpty().Max() + 2;
        foreach (var (name, value) in shown)
        {
            Write(name.PadRight(width) + Paint(SafeText.Of(value)));
        }
    }

    /// <summary>
    /// A table whose cells are never wrapped or cut, so that an id can be copied: where it is wider than the terminal, each
    /// row stands on its own, a line for each cell.
    /// </summary>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        List<string[]> cells = [.. rows.Select(row => row.Select(SafeText.Of).ToArray())];
        if (!IsTerminal)
        {
            // A tab separates, and cannot be in a value: there it is escaped.
            Write(string.Join('\t', columns));
            cells.ForEach(row => Write(string.Join('\t', row)));
            return;
        }

        int[] shown = [.. Enumerable.Range(0, columns.Count).Where(at => cells.Exists(row => row[at].Length > 0))];
        int[] widths = [.. columns.Select((column, at) => cells.Select(row => row[at].Length).Append(column.Length).Max())];
        if (shown.Sum(at => widths[at] + 2) - 2 > host.Width())
        {
            foreach (var row in cells)
            {
                Fields([.. shown.Select(at => (columns[at], (string?)row[at]))]);
                Write(string.Empty);
            }

            return;
        }

        Write(string.Join("  ", shown.Select(at => Coloured(columns[at].PadRight(widths[at]), Bold))));
        cells.ForEach(row => Write(string.Join("  ", shown.Select(at => Paint(row[at].PadRight(widths[at])))).TrimEnd()));
    }

    public void Fault(CliFault fault)
    {
        foreach (var line in fault.Lines)
        {
            Hint(line);
        }

        if (isJson)
        {
            Json(new { error = new { exitCode = fault.ExitCode, messages = fault.Lines, status = fault.HttpStatus, fields = fault.Fields } });
        }
    }

    private void Write(string text)
    {
        if (!isJson)
        {
            host.Out.WriteLine(text);
        }
    }

    private string Paint(string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        return _colours.TryGetValue(end < 0 ? text : text[..end], out var colour) ? Coloured(text, colour) : text;
    }

    private string Coloured(string text, string colour) => host.HasColours ? $"\u001b[{colour}m{text}\u001b[0m" : text;
}

/// <summary>How far bulk work is: one line that changes on a terminal, else a line at each tenth.</summary>
internal sealed class Progress(Session session, string what, int total) : IDisposable
{
    private const int Steps = 10;
    private readonly Lock _gate = new();
    private int _told;

    public void Report(int done)
    {
        lock (_gate)
        {
            var step = total == 0 ? Steps : (int)((long)done * Steps / total);
            if (session.Host.ErrorIsTerminal)
            {
                _told = Steps;
                session.Host.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{what}: {done} of {total}"));
            }
            else if (step > _told)
            {
                _told = step;
                session.Output.Hint($"{what}: {done} of {total}");
            }
        }
    }

    public void Dispose()
    {
        if (session.Host.ErrorIsTerminal && _told > 0)
        {
            session.Host.Error.WriteLine();
        }
    }
}

/// <summary>Foreign text made harmless: nothing in a payment's id or in Alipay+'s answer can steer the terminal.</summary>
internal static class SafeText
{
    public static string Of(string? text) => Clean(text, keepLines: false);

    public static string Lines(string text) => Clean(text, keepLines: true);

    private static string Clean(string? text, bool keepLines)
    {
        var clean = new StringBuilder(text?.Length ?? 0);
        foreach (var rune in (text ?? string.Empty).EnumerateRunes())
        {
            var isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            _ = isShown || (keepLines && rune.Value is '\n' or '\t')
                ? clean.Append(rune)
                : clean.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
        }

        return clean.ToString();
    }
}
