using Microsoft.DurableTask;

namespace FunctionsNotify.App.Tests.Durable;

public sealed class TaskFailedExceptionTests
{
    [Fact]
    public void Constructor_FromFailureDetails_CarriesThem()
    {
        var details = new TaskFailureDetails("System.TimeoutException", "no answer", null, null, null);

        var failure = new TaskFailedException("SendNotification", 7, details);

        Assert.Equal("SendNotification", failure.TaskName);
        Assert.Equal(7, failure.TaskId);
        Assert.Same(details, failure.FailureDetails);
        Assert.Contains("SendNotification", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_FromAnException_DescribesItAndItsCause()
    {
        var cause = new InvalidOperationException("outer", new TimeoutException("inner"));

        var failure = new TaskFailedException("SendNotification", 7, cause);

        Assert.Same(cause, failure.InnerException);
        Assert.Equal("System.InvalidOperationException", failure.FailureDetails.ErrorType);
        Assert.Equal("outer", failure.FailureDetails.ErrorMessage);
        Assert.Equal("System.TimeoutException", failure.FailureDetails.InnerFailure?.ErrorType);
        Assert.Equal("inner", failure.FailureDetails.InnerFailure?.ErrorMessage);
    }

    [Fact]
    public void IsCausedBy_OfTheTypeOrItsBase_Holds()
    {
        var details = TaskFailureDetails.FromException(new ArgumentNullException("x"));

        Assert.True(details.IsCausedBy<ArgumentNullException>());
        Assert.True(details.IsCausedBy<ArgumentException>());
        Assert.False(details.IsCausedBy<TimeoutException>());
    }

    [Fact]
    public void IsCausedBy_WhenTheTypeIsUnknownHere_DoesNotHold() =>
        Assert.False(new TaskFailureDetails("Nobody.KnowsThis", "m", null, null, null).IsCausedBy<Exception>());

    [Fact]
    public void ToString_OfFailureDetails_IsTypeAndMessage() =>
        Assert.Equal("E: m", new TaskFailureDetails("E", "m", "at x", null, null).ToString());
}
