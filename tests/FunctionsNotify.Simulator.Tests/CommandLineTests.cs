namespace FunctionsNotify.Simulator.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_EveryArgument_IsTaken()
    {
        var commandLine = CommandLine.Parse(["--port", "5080", "--keys", "k", "--client-id", "SANDBOX_A", "--url-file", "u"], out var faults);

        Assert.Empty(faults);
        Assert.Equal((5080, "k", "SANDBOX_A", "u"), (commandLine!.Options.Port, commandLine.Options.KeysDirectory, commandLine.Options.ClientId, commandLine.UrlFile));
    }

    [Fact]
    public void Parse_NoArguments_TakesAFreePort() => Assert.Equal(0, CommandLine.Parse([], out _)!.Options.Port);

    [Fact]
    public void Parse_SeveralFaults_AreOneLineEach()
    {
        var commandLine = CommandLine.Parse(["--port", "65536", "--keys", "--verbose", "--client-id", "a b", "--client-id", "c"], out var faults);

        Assert.Null(commandLine);
        Assert.Equal(5, faults.Count);
        Assert.All(["--keys: needs", "--verbose: is not", "--port: must", "--client-id: must be given", "--client-id: must be 1-64"], start =>
            Assert.Contains(faults, fault => fault.StartsWith(start, StringComparison.Ordinal)));
    }
}
