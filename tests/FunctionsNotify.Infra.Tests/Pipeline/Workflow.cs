using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace FunctionsNotify.Infra.Tests.Pipeline;

/// <summary>A workflow file.</summary>
internal sealed partial class Workflow
{
    private Workflow(string path)
    {
        Text = RepositoryFiles.Read(path);
        var stream = new YamlStream();
        stream.Load(new StringReader(Text));
        Root = (YamlMappingNode)stream.Documents[0].RootNode;
    }

    public string Text { get; }

    public YamlMappingNode Root { get; }

    public static IReadOnlyList<string> Files { get; } = RepositoryFiles.List(".github/workflows", "*.yml");

    public static TheoryData<string> All => [.. Files];

    public IEnumerable<(string Name, YamlMappingNode Job)> Jobs =>
        ((YamlMappingNode)Root["jobs"]).Children.Select(job => (((YamlScalarNode)job.Key).Value!, (YamlMappingNode)job.Value));

    /// <summary>Lines that use an action.</summary>
    public IEnumerable<string> Uses => UsesLine().Matches(Text).Select(match => match.Groups[1].Value.Trim());

    public IEnumerable<string> Commands => Jobs
        .SelectMany(job => ((YamlSequenceNode)job.Job["steps"]).Children.Cast<YamlMappingNode>())
        .Where(step => step.Children.ContainsKey("run"))
        .Select(step => ((YamlScalarNode)step["run"]).Value!);

    public static Workflow Read(string path) => new(path);

    [GeneratedRegex(@"^\s*(?:-\s*)?uses:(.*)$", RegexOptions.Multiline)]
    private static partial Regex UsesLine();
}
