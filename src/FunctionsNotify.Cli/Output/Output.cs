using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FunctionsNotify.Cli;

/// <summary>
/// Writes results: tables for a person at a terminal, plain lines when the output is redirected, one JSON document for a
/// script. Everything passes <see cref="SafeText"/> here, so that no command can forget it.
/// </summary>
internal sealed class Output
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly JsonSerializerOptions _jsonLine = new(JsonSerializerDefaults.Web);

    private readonly CliHost _host;

    public Output(CliHost host, bool isJson)
    {
        _host = host;
        IsJson = isJson;
        Console = ConsoleOf(host.Out, host.OutputIsTerminal);
        ErrorConsole = ConsoleOf(host.Error, host.ErrorIsTerminal);
    }

    /// <summary>True when a script reads: only <see cref="Json"/> writes to standard output.</summary>
    public bool IsJson { get; }

    /// <summary>Standard output, for a person.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Standard error, for a person.</summary>
    public IAnsiConsole ErrorConsole { get; }

    /// <summary>The document of a command. Everything outside ASCII is escaped, so that it is safe on any terminal.</summary>
    public void Json(object document) => _host.Out.WriteLine(JsonSerializer.Serialize(document, _json));

    /// <summary>One document of many, on one line.</summary>
    public void JsonLine(object document) => _host.Out.WriteLine(JsonSerializer.Serialize(document, _jsonLine));

    /// <summary>One line.</summary>
    public void Line(string text)
    {
        if (!IsJson)
        {
            _host.Out.WriteLine(SafeText.Of(text));
        }
    }

    /// <summary>Several lines, as they are but for what could steer the terminal.</summary>
    public void Block(string text)
    {
        if (!IsJson)
        {
            _host.Out.WriteLine(SafeText.Lines(text));
        }
    }

    /// <summary>A line that is not the result: a hint, or what goes on.</summary>
    public void Hint(string text) => _host.Error.WriteLine(SafeText.Of(text));

    /// <summary>Named values; those without a value are left out.</summary>
    public void Fields(params IReadOnlyList<(string Name, string? Value)> fields)
    {
        var shown = fields.Where(field => !string.IsNullOrEmpty(field.Value)).ToList();
        var width = shown.Count == 0 ? 0 : shown.Max(field => field.Name.Length) + 2;
        foreach (var (name, value) in shown)
        {
            Line($"{name.PadRight(width)}{value}");
        }
    }

    /// <summary>A table.</summary>
    public void Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        if (IsJson)
        {
            return;
        }

        if (_host.OutputIsTerminal)
        {
            Console.Write(Grid(columns, rows));
            return;
        }

        // A tab separates, and cannot be in a value: there it is escaped.
        _host.Out.WriteLine(string.Join('\t', columns));
        foreach (var row in rows)
        {
            _host.Out.WriteLine(string.Join('\t', row.Select(SafeText.Of)));
        }
    }

    /// <summary>A table for a terminal.</summary>
    public static IRenderable Grid(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string?>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => SafeText.Cell(cell)));
        }

        return table;
    }

    /// <summary>Why it ended without its work done.</summary>
    public void Fault(CliFault fault)
    {
        foreach (var line in fault.Lines)
        {
            _host.Error.WriteLine(SafeText.Of(line));
        }

        if (IsJson)
        {
            Json(new { error = new { exitCode = fault.ExitCode, messages = fault.Lines, status = fault.HttpStatus, fields = fault.Fields } });
        }
    }

    private static IAnsiConsole ConsoleOf(TextWriter writer, bool isTerminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
    });
}
