using System.Diagnostics;

namespace FunctionsNotify.App.Tests.Hosting;

public sealed class PublishTests
{
    [Fact]
    public async Task Publish_InReferenceMode_FailsAndSaysWhy()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "msbuild", Path.Combine(RepositoryFiles.Root, "src", "FunctionsNotify.App", "FunctionsNotify.App.csproj"),
                "-target:Publish", "-property:NoBuild=true", "-property:FunctionsReference=true", "-nodeReuse:false", "-nologo",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);

        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("error FN0001", await output, StringComparison.Ordinal);
        Assert.Contains("no Functions worker", await output, StringComparison.Ordinal);
        Assert.Empty(await error);
    }
}
