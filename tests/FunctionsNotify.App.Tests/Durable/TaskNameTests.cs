using Microsoft.DurableTask;

namespace FunctionsNotify.App.Tests.Durable;

// The tests in this folder run against the real packages and against eng/reference alike: what they assert is what the
// app may rely on in both build modes.
public sealed class TaskNameTests
{
    [Fact]
    public void Conversion_FromAndToString_KeepsTheName()
    {
        TaskName name = "SendNotification";
        string text = name;

        Assert.Equal("SendNotification", name.Name);
        Assert.Equal("SendNotification", text);
        Assert.Equal("SendNotification", name.ToString());
    }

    [Fact]
    public void Conversion_OfEmptyText_IsTheDefault()
    {
        Assert.Equal(default, (TaskName)string.Empty);
        Assert.Null(default(TaskName).Name);
    }

    [Fact]
    public void Equality_OfNamesThatDifferInCase_Holds()
    {
        TaskName lower = "sendnotification";
        TaskName mixed = "SendNotification";

        Assert.True(lower == mixed);
        Assert.True(lower.Equals((object)mixed));
        Assert.Equal(lower.GetHashCode(), mixed.GetHashCode());
        Assert.True(lower != "PublishOutcome");
    }
}
