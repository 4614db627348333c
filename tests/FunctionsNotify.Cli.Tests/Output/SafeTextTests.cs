using System.Text.Json;
using CsCheck;

namespace FunctionsNotify.Cli.Tests;

/// <summary>Nothing that Alipay+ or a message says steers the terminal.</summary>
public sealed class SafeTextTests
{
    private const string Hostile = "\u001b[2J\u009b31m\u0007 [red]x[/] \u202Eabc\r\nnew";

    private static bool IsHarmless(char character) => !char.IsControl(character) && character is not ('\u202E' or '\u200B' or '\u2028' or '\u2029');

    [Fact]
    public void Of_AnyText_HasNoControlCharacter() =>
        Gen.String.Sample(text => SafeText.Of(text).All(character => !char.IsControl(character)));

    [Fact]
    public void Of_HostileText_ShowsItsEscapes()
    {
        var safe = SafeText.Of(Hostile);
        Assert.All(safe, character => Assert.True(IsHarmless(character), $"U+{(int)character:X4}"));
        Assert.Contains("\\u{1B}[2J", safe, StringComparison.Ordinal);
        Assert.Contains("[red]x[/]", safe, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Table_HostileCells_AreText(bool isTerminal)
    {
        using var written = new StringWriter();
        var output = new Output(Host(written, isTerminal), isJson: false);
        output.Table(["A", "B"], [[Hostile, "second"]]);
        output.Line(Hostile);
        output.Fields(("Name", Hostile));
        // A terminal's table has escapes of its own: bold headings. None of them is the text's.
        var shown = written.ToString();
        Assert.DoesNotContain("\u001b[2J", shown, StringComparison.Ordinal);
        Assert.Contains("\\u{1B}[2J", shown, StringComparison.Ordinal);
        Assert.Contains("[red]x[/]", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, character => !IsHarmless(character) && character is not ('\n' or '\r' or '\t' or '\u001b'));
    }

    [Fact]
    public void Json_HostileText_IsEscapedAndRoundTrips()
    {
        using var written = new StringWriter();
        new Output(Host(written, isTerminal: false), isJson: true).Json(new { text = Hostile });
        Assert.All(written.ToString(), character => Assert.InRange(character, '\n', '~'));
        using var document = JsonDocument.Parse(written.ToString());
        Assert.Equal(Hostile, document.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Table_WiderThanTheTerminal_StandsUprightAndCutsNothing()
    {
        var id = new string('7', 64);
        using var written = new StringWriter();
        var output = new Output(Host(written, isTerminal: true) with { Width = () => 40 }, isJson: false);

        output.Table(["Payment", "State", "Empty"], [[id, "Rejected", null], ["short", "Open", null]]);

        Assert.Equal([$"Payment  {id}", "State    Rejected", "", "Payment  short", "State    Open", ""], written.ToString().Split('\n').SkipLast(1).Select(line => line.TrimEnd('\r')));
    }

    [Fact]
    public void Table_StateOnATerminal_IsColoured()
    {
        using var written = new StringWriter();
        new Output(Host(written, isTerminal: true) with { HasColours = true }, isJson: false).Table(["State"], [["Delivered"]]);
        Assert.Contains("\u001b[32mDelivered\u001b[0m", written.ToString(), StringComparison.Ordinal);
    }

    private static CliHost Host(TextWriter written, bool isTerminal) => new()
    {
        Out = written,
        Error = TextWriter.Null,
        OpenInput = () => Stream.Null,
        Variable = _ => null,
        User = "tester",
        OutputIsTerminal = isTerminal,
    };
}
