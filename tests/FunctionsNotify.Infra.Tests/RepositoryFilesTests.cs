namespace FunctionsNotify.Infra.Tests;

public sealed class RepositoryFilesTests
{
    [Fact]
    public void List_SolutionFiles_AreFoundByTheirPathFromTheTop()
    {
        var projects = RepositoryFiles.List("tests/FunctionsNotify.Infra.Tests", "*.csproj");

        Assert.Equal(["tests/FunctionsNotify.Infra.Tests/FunctionsNotify.Infra.Tests.csproj"], projects);
        Assert.Contains(Path.GetFileName(projects[0]), RepositoryFiles.Read("FunctionsNotify.sln"), StringComparison.Ordinal);
    }
}
