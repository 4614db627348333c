using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;


namespace FunctionsNotify.Cli.Tests;

/// <summary>docs/cli.md has every command and exit code and none that is not there; the help has every option.</summary>
public sealed partial class CliPageTests
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cli.md"));

    // Said once, for all that change something.
    private static readonly string[] _ofChanges = ["--actor", "--reason"];

    private static IReadOnlyDictionary<string, string> Sections { get; } =
        Heading().Matches(_page).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, Command> Commands { get; } = Leaves(Root(out _), []).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Sections.Keys];

    // A group such as bulk has one section, which names its commands.
    [Fact]
    public void Page_Commands_AreThoseOfTheProgram()
    {
        Assert.All(Commands.Keys, name => Assert.True(Sections.ContainsKey(name) || Sections.GetValueOrDefault(name.Split(' ')[0])?.Contains($"`{name.Split(' ')[1]}", StringComparison.Ordinal) == true, name));
        Assert.All(Sections.Keys, section => Assert.NotEmpty(Below(section)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_OptionsOfACommand_AreThoseOfTheProgram(string section)
    {
        _ = Root(out var global);
        var own = Below(section).SelectMany(command => command.Options).Select(option => option.Name);
        var named = Option().Matches(Sections[section]).Select(match => match.Value);

        Assert.Empty(named.Except(own).Except(global));
    }

    [Fact]
    public void Help_CommandsTheirArgumentsAndOptions_AllHaveADescription() => Assert.All(Commands, command => Assert.All(
        command.Value.Options.Cast<Symbol>().Concat(command.Value.Arguments).Append(command.Value), part => Assert.False(string.IsNullOrWhiteSpace(part.Description), $"{command.Key} {part.Name}")));

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
        Assert.Equal(Enum.GetNames<Mistake>().Order(), MistakeName().Matches(Sections["verify"][Sections["verify"].IndexOf("Mistakes:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value).Order());

    private static IEnumerable<Command> Below(string section) =>
        Commands.Where(command => command.Key == section || command.Key.StartsWith(section + " ", StringComparison.Ordinal)).Select(command => command.Value);

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

    [GeneratedRegex(@"`([A-Z]\w+)`")]
    private static partial Regex MistakeName();
}
