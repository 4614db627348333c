using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Durable;

public sealed class StartOrchestrationOptionsTests
{
    [Fact]
    public void WithDedupeStatuses_OfEveryValidStatus_NamesThemAndKeepsTheRest()
    {
        var options = new StartOrchestrationOptions("np-1") { Version = "1.0" };

        var guarded = options.WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);

        Assert.Equal("np-1", guarded.InstanceId);
        Assert.Equal("1.0", guarded.Version?.Version);
        Assert.Equal(
            ["Completed", "Failed", "Terminated", "Canceled", "Pending", "Running", "Suspended"],
            guarded.DedupeStatuses);
        Assert.Null(options.DedupeStatuses);
    }

    [Fact]
    public void With_AnotherInstanceId_ChangesOnlyThat()
    {
        var startAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var options = new StartOrchestrationOptions("np-1", startAt) { Tags = new Dictionary<string, string> { ["a"] = "b" } };

        var other = options with { InstanceId = "np-2" };

        Assert.Equal("np-2", other.InstanceId);
        Assert.Equal(startAt, other.StartAt);
        Assert.Same(options.Tags, other.Tags);
        Assert.NotEqual(options, other);
        Assert.Equal(options, other with { InstanceId = "np-1" });
    }

    [Fact]
    public void Constructor_WithoutArguments_LeavesEverythingOpen()
    {
        var options = new StartOrchestrationOptions();

        Assert.Null(options.InstanceId);
        Assert.Null(options.StartAt);
        Assert.Null(options.Version);
        Assert.Null(options.DedupeStatuses);
        Assert.Empty(options.Tags);
    }
}
