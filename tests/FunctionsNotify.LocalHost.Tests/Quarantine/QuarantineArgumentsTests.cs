using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class QuarantineArgumentsTests
{
    [Fact]
    public void Read_List_HasFilterAndPage()
    {
        var read = QuarantineArguments.Read(["list", "--state", "conflict", "--status=waiting", "--payment", "p-1", "--max", "7", "--continue", "token", "--data", "dir"]);

        Assert.Equal(new QuarantineFilter(MessageState.Conflict, QuarantineStatus.Waiting, "p-1"), read.Filter);
        Assert.Equal((7, "token", "dir"), (read.Max, read.Continuation, read.Data));
    }

    [Fact]
    public void Read_Requeue_HasAllItsFlagsInAnyOrder()
    {
        var read = QuarantineArguments.Read(["requeue", "--reason=why not", "--force", "the-id", "--body", "file", "--actor", "anna"]);

        Assert.Equal(("the-id", "file", true, "anna", "why not"), (read.Id, read.BodyFile, read.Force, read.By.Actor, read.By.Reason));
    }

    [Fact]
    public void Read_NoActor_IsTheSignedInUser() =>
        Assert.Equal(Environment.UserName, QuarantineArguments.Read(["discard", "id", "--reason", "r"]).By.Actor);

    [Theory]
    [InlineData("quarantine: must be followed by list, show, requeue, discard or help", "delete", "id")]
    [InlineData("ID: is required, as list shows it", "show")]
    [InlineData("--reason: is required", "discard", "id")]
    [InlineData("--reason: is required", "requeue", "id", "--reason", " ")]
    [InlineData("--reason: needs a value", "requeue", "id", "--reason")]
    [InlineData("argument 3: is one too many", "show", "id", "other")]
    [InlineData("argument 2: is one too many", "list", "id")]
    [InlineData("argument 3: is none of --reason, --actor, --data", "discard", "id", "--force", "--reason", "r")]
    [InlineData("--max: must be a whole number from 1 to 200", "list", "--max", "201")]
    [InlineData("--state: must be one of Invalid, Conflict", "list", "--state", "1")]
    [InlineData("--status: must be one of Waiting, Requeuing, Requeued, Discarded, Applied", "list", "--status", "open")]
    public void Read_Wrong_SaysWhat(string problem, params string[] args) =>
        Assert.Equal([problem], Assert.Throws<ConfigurationException>(() => QuarantineArguments.Read(args)).Problems);

    [Fact]
    public void Read_SeveralWrong_TellsAll() => Assert.Equal(
        ["--max: must be a whole number from 1 to 200", "--state: must be one of Invalid, Conflict"],
        Assert.Throws<ConfigurationException>(() => QuarantineArguments.Read(["list", "--max=0", "--state=x"])).Problems);

    [Theory]
    [InlineData]
    [InlineData("help")]
    [InlineData("requeue", "--help")]
    public void Read_Help_IsHelp(params string[] args) => Assert.Equal("help", QuarantineArguments.Read(args).Action);

    [Fact]
    public void Clean_ForeignText_CannotSteerTheTerminal() => Assert.Equal(
        @"a\u{1B}[2J\u{A}\u{202E}ü付✓", QuarantinePrinter.Clean("a\u001b[2J\n\u202eü付✓"));
}
