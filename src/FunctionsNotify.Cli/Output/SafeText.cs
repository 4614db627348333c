using FunctionsNotify.LocalHost;
using Spectre.Console;

namespace FunctionsNotify.Cli;

/// <summary>Foreign text made harmless: nothing in a payment's id or in Alipay+'s answer can steer the terminal.</summary>
internal static class SafeText
{
    /// <summary>The text with control and invisible characters as escapes.</summary>
    public static string Of(string? text) => text is null ? string.Empty : QuarantinePrinter.Clean(text);

    /// <summary>The same over several lines.</summary>
    public static string Lines(string text) => QuarantinePrinter.Clean(text, keepLines: true);

    /// <summary>A cell of a table; Spectre's markup in it is text.</summary>
    public static Text Cell(string? text, Style? style = null) => new(Of(text), style);
}
