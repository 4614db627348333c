using Microsoft.DurableTask;
using Moq;

namespace FunctionsNotify.App.Tests.Durable;

public sealed class TaskVersionTests
{
    [Fact]
    public void Version_OfNullOrEmpty_IsUnversioned()
    {
        Assert.Equal(TaskVersion.Unversioned, new TaskVersion(null));
        Assert.Equal(TaskVersion.Unversioned, new TaskVersion(string.Empty));
        Assert.Equal(string.Empty, TaskVersion.Unversioned.Version);
    }

    [Fact]
    public void Conversion_FromAndToString_KeepsTheVersion()
    {
        TaskVersion version = "1.0";
        string text = version;

        Assert.Equal("1.0", text);
        Assert.True(version == "1.0");
        Assert.True(version != "1.1");
    }

    [Fact]
    public void Constructor_WithBlanksOnly_Throws() =>
        Assert.Throws<ArgumentException>(() => new TaskVersion("  "));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData("1.0", "", 1)]
    [InlineData("1.0", "1.0", 0)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("2.0", "1.10", 1)]
    [InlineData("beta", "ALPHA", 1)]
    public void CompareVersionTo_OfTwoVersions_OrdersThemByNumberWhereTheyHaveOne(string mine, string other, int sign)
    {
        var context = new Mock<TaskOrchestrationContext> { CallBase = true };
        context.Setup(c => c.Version).Returns(mine);

        Assert.Equal(sign, Math.Sign(context.Object.CompareVersionTo(other)));
    }
}
