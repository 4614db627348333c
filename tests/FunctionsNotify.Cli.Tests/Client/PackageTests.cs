using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Cli.Tests;

/// <summary>The package as a payment backend gets it: packed, restored outside the repository, and the README's own program compiled and run.</summary>
public sealed partial class PackageTests(DevHost host) : IClassFixture<DevHost>, IDisposable
{
    private const string Version = "0.0.0-test";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pack_Client_CompilesTheReadmesProgramWhichDeliversAPayment()
    {
        await PackAsync("FunctionsNotify.AlipayPlus", "FunctionsNotify.Client");
        var program = Csharp().Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Groups[1].Value;
        var backend = Directory.CreateDirectory(_folder.File("backend")).FullName;
        File.WriteAllText(Path.Combine(backend, "Program.cs"), program);
        File.WriteAllText(Path.Combine(backend, "nuget.config"), $"""<configuration><packageSources><add key="packed" value="{Packages}" /></packageSources></configuration>""");
        File.WriteAllText(Path.Combine(backend, "Backend.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>{_folder.File("restored")}</RestorePackagesPath>
                <RestoreFallbackFolders>{GlobalPackages}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="FunctionsNotify.Client" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        await DotnetAsync(backend, ["build", "--output", _folder.File("built")]);

        var storage = JsonElement.Parse(File.ReadAllBytes(host.Folder.File("data/addresses.json"))).GetProperty("storage").GetString();
        var start = new ProcessStartInfo("dotnet", [_folder.File("built/Backend.dll")]) { WorkingDirectory = backend, RedirectStandardOutput = true, Environment = { ["PaymentsStorage"] = storage } };
        using var process = Process.Start(start)!;
        try
        {
            // It waits for outcomes for ever.
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            Assert.Matches(@"^2026\d+ is on the queue as message \S+$", await process.StandardOutput.ReadLineAsync(limit.Token));
            Assert.Matches(@"^2026\d+: Delivered ?$", await process.StandardOutput.ReadLineAsync(limit.Token));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Pack_Cli_InstallsAsTheToolNotify()
    {
        await PackAsync("FunctionsNotify.Cli");
        var tools = _folder.File("tools");
        await DotnetAsync(_folder.Path, ["tool", "install", "--tool-path", tools, "--add-source", Packages, "FunctionsNotify.Cli", "--version", Version]);

        var (code, output) = await Shell.RunAsync(_folder.Path, $"'{tools}/notify' completion bash");

        Assert.True(code == 0, output);
        Assert.Contains("complete -o default -F _notify notify", output, StringComparison.Ordinal);
    }

    private string Packages => _folder.File("packages");

    private static string GlobalPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private async Task PackAsync(params string[] projects)
    {
        foreach (var project in projects)
        {
            // In folders of its own: the packed build must not mix with the one that is tested here.
            await DotnetAsync(Repository.Root, ["pack", Path.Combine("src", project), "--output", Packages, $"-p:Version={Version}", $"-p:ArtifactsPath={_folder.File("artifacts")}", "-p:RestoreLockedMode=false", $"-p:NuGetLockFilePath={_folder.File(project + ".lock.json")}"]);
        }
    }

    private static async Task DotnetAsync(string folder, string[] arguments)
    {
        var (code, output) = await RunAsync(folder, [.. arguments, "-v", "quiet", .. arguments[0] == "tool" ? Array.Empty<string>() : ["--nologo", "-nodeReuse:false"]]);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)}\n{output}");
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Those of the build that runs these tests would decide where the packed one goes.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name == "CI").ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Csharp();
}
