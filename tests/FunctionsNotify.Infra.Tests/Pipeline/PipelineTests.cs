using System.Text.RegularExpressions;
using FunctionsNotify.Infra.Tests.Bicep;
using YamlDotNet.RepresentationModel;

namespace FunctionsNotify.Infra.Tests.Pipeline;

public sealed partial class PipelineTests
{
    private const string Ci = ".github/workflows/ci.yml";
    private const string Deploy = ".github/workflows/deploy.yml";

    [Fact]
    public void Workflows_AreTheTwo() => Assert.Equal([Ci, Deploy], Workflow.Files);

    // A tag can be moved; a commit cannot.
    [Theory]
    [MemberData(nameof(Workflow.All), MemberType = typeof(Workflow))]
    public void Actions_ArePinnedByCommitWithTheVersionBeside(string file)
    {
        var uses = Workflow.Read(file).Uses.ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, action => Assert.Matches(Pinned(), action));
    }

    [Theory]
    [InlineData("actions/checkout@v7")]
    [InlineData("actions/checkout@f548e57e544e1ff5a4c46bf1e1b8685f8e4a348a")]
    [InlineData("actions/checkout@f548e57 # v7.0.1")]
    public void Pinned_AnythingLess_IsRefused(string action) => Assert.DoesNotMatch(Pinned(), action);

    [Theory]
    [MemberData(nameof(Workflow.All), MemberType = typeof(Workflow))]
    public void Workflows_UseNoSecret(string file) => Assert.DoesNotContain("secrets", Workflow.Read(file).Text, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData(Ci, "contents: read")]
    [InlineData(Deploy, "contents: read", "id-token: write")]
    public void Permissions_AreTheLeast(string file, params string[] expected)
    {
        var workflow = Workflow.Read(file);
        var granted = workflow.Jobs.Select(job => job.Job).Where(job => job.Children.ContainsKey("permissions")).Prepend(workflow.Root)
            .SelectMany(node => ((YamlMappingNode)node["permissions"]).Children.Select(entry => $"{entry.Key}: {entry.Value}"));

        Assert.Equal(expected, granted.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Workflow.All), MemberType = typeof(Workflow))]
    public void Jobs_EndByThemselves(string file) => Assert.All(Workflow.Read(file).Jobs, job => Assert.True(job.Job.Children.ContainsKey("timeout-minutes"), job.Name));

    // An expression inside a command would let a branch name or an input become part of the command.
    [Theory]
    [MemberData(nameof(Workflow.All), MemberType = typeof(Workflow))]
    public void Commands_HoldNoExpression(string file) => Assert.DoesNotContain(Workflow.Read(file).Commands, command => command.Contains("${{", StringComparison.Ordinal));

    [Fact]
    public void Ci_BuildsInPackagesModeAndRunsEverything()
    {
        var commands = string.Join('\n', Workflow.Read(Ci).Commands);

        Assert.Contains("./eng/test.sh", commands, StringComparison.Ordinal);
        Assert.Contains("./eng/scenarios-func.sh", commands, StringComparison.Ordinal);
    }

    [Fact]
    public void Deploy_LooksBeforeItChangesAndChangesOnlyWithApproval()
    {
        var jobs = Workflow.Read(Deploy).Jobs.ToDictionary(job => job.Name, job => job.Job);

        Assert.Equal(["deploy", "what-if"], jobs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("what-if", jobs["deploy"]["needs"].ToString());
        Assert.True(jobs["deploy"].Children.ContainsKey("environment"));
        Assert.Contains("az deployment group what-if", Text(jobs["what-if"]), StringComparison.Ordinal);
        Assert.DoesNotContain("az deployment group create", Text(jobs["what-if"]), StringComparison.Ordinal);
        Assert.Contains("az deployment group create", Text(jobs["deploy"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Deploy_GivesEveryVariableThatTheParameterFilesRead()
    {
        var text = Workflow.Read(Deploy).Text;
        var read = CompiledInfra.Sources().SelectMany(file => Variable().Matches(RepositoryFiles.Read(file)).Select(match => match.Groups[1].Value)).Distinct();

        Assert.All(read.Where(name => name != "AZURE_ENV_NAME"), name => Assert.Contains($"{name}: ${{{{ vars.{name} }}}}", text, StringComparison.Ordinal));
    }

    private static string Text(YamlMappingNode job) => string.Join(
        '\n', ((YamlSequenceNode)job["steps"]).Children.Cast<YamlMappingNode>().Where(step => step.Children.ContainsKey("run")).Select(step => step["run"].ToString()));

    [GeneratedRegex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9]+\\.[0-9]+\\.[0-9]+$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"readEnvironmentVariable\('([A-Z_0-9]+)'")]
    private static partial Regex Variable();
}
