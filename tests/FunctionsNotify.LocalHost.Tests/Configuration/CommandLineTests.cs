namespace FunctionsNotify.LocalHost.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Read_NothingGiven_Runs() => Assert.Equal("run", CommandLine.Read([]).Command);

    [Theory]
    [InlineData("--speed", "20")]
    [InlineData("--speed=20", null)]
    public void Read_Flag_SetsItsSetting(string first, string? second)
    {
        var line = CommandLine.Read(second is null ? ["demo", first] : ["demo", first, second]);

        Assert.Equal("demo", line.Command);
        Assert.Equal("20", line.Settings["LocalHost:Speed"]);
    }

    [Fact]
    public void Read_SeveralWrong_TellsAll()
    {
        var fault = Assert.Throws<ConfigurationException>(() => CommandLine.Read(["walk", "--fast", "--port"]));

        Assert.Equal(
            ["command: must be run, demo, services, quarantine or help", "argument 2: is none of --data, --port, --speed, --telemetry, --host-json", "--port: needs a value"],
            fault.Problems);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    public void Read_Help_IsHelp(string word) => Assert.Equal("help", CommandLine.Read([word]).Command);
}
