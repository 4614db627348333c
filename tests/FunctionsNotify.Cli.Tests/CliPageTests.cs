using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;


namespace FunctionsNotify.Cli.Tests;

/// <summary>docs/cli.md names every command, option and exit code, and none that is not there.</summary>
public sealed partial class CliPageTests
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cli.md"));

    // Said once, for all that change something.
    private static readonly string[] _ofChanges = ["--actor", "--reason"];

    private static IReadOnlyDictionary<string, string> Sections { get; } =
        Heading().Matches(_page).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, Command> Commands { get; } = Leaves(Root(out _), []).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Commands.Keys];

    [Fact]
    public void Page_Commands_AreThoseOfTheProgram() => Assert.Equal(Commands.Keys.Order(StringComparer.Ordinal), Sections.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_OptionsOfACommand_AreAllNamedAndNoOthers(string name)
    {
        _ = Root(out var global);
        var own = Commands[name].Options.Select(option => option.Name).Where(option => option.StartsWith("--", StringComparison.Ordinal)).Except(["--help", "--version", .. _ofChanges]).ToList();
        var named = Option().Matches(Sections[name]).Select(match => match.Value).Except(_ofChanges).ToList();

        Assert.Empty(own.Except(named));
        Assert.Empty(named.Except(own).Except(global));
    }

    [Fact]
    public void Page_GlobalOptionsAndSettings_AreNamed()
    {
        _ = Root(out var global);
        var intro = _page[.._page.IndexOf("\n### ", StringComparison.Ordinal)];
        Assert.All(global.Concat(_ofChanges), option => Assert.Contains($"`{option}`", intro, StringComparison.Ordinal));
        Assert.All([ApiSettings.UrlVariable, ApiSettings.KeyVariable, ApiSettings.ScopeVariable], variable => Assert.Contains($"`{variable}`", intro, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_ExitCodes_AreThoseOfTheProgram()
    {
        var codes = typeof(ExitCodes).GetFields().Select(field => ((int)field.GetRawConstantValue()!).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(codes.Order(), ExitCode().Matches(_page).Select(match => match.Groups[1].Value).Order());
    }

    [Fact]
    public void Page_Mistakes_AreThoseThatVerifyNames() =>
        Assert.Equal(Enum.GetNames<Mistake>().Order(), MistakeRow().Matches(Sections["verify request"]).SelectMany(match => match.Groups[1].Captures).Select(capture => capture.Value).Order());

    private static RootCommand Root(out IReadOnlyList<string> global)
    {
        var host = new CliHost { Out = TextWriter.Null, Error = TextWriter.Null, OpenInput = () => Stream.Null, Variable = _ => null, User = "tester" };
        var root = NotifyProgram.Root(new CommandSetup(host));
        global = [.. root.Options.Where(option => option.Recursive && option is not System.CommandLine.Help.HelpOption).Select(option => option.Name)];
        return root;
    }

    private static IEnumerable<KeyValuePair<string, Command>> Leaves(Command command, IReadOnlyList<string> above)
    {
        IReadOnlyList<string> path = command is RootCommand ? [] : [.. above, command.Name];
        return command.Subcommands.Count == 0
            ? [KeyValuePair.Create(string.Join(' ', path), command)]
            : command.Subcommands.SelectMany(below => Leaves(below, path));
    }

    [GeneratedRegex(@"^### notify ([a-z -]+)\n(.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"^\| `(\d)` \|", RegexOptions.Multiline)]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"^\|(?:,? `([A-Z]\w+)`)+ \|", RegexOptions.Multiline)]
    private static partial Regex MistakeRow();
}
