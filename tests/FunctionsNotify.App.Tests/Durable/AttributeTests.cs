using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App.Tests.Durable;

public sealed class AttributeTests
{
    [Fact]
    public void Triggers_Constructed_CarryWhatTheHostReads()
    {
        Assert.Equal("Deliver", new FunctionAttribute("Deliver").Name);

        var queue = new QueueTriggerAttribute("%Queues__Notifications%") { Connection = "AzureWebJobsStorage" };
        Assert.Equal("%Queues__Notifications%", queue.QueueName);
        Assert.Equal("AzureWebJobsStorage", queue.Connection);

        var timer = new TimerTriggerAttribute("0 * * * * *");
        Assert.Equal("0 * * * * *", timer.Schedule);
        Assert.True(timer.UseMonitor);
        Assert.False(timer.RunOnStartup);

        var http = new HttpTriggerAttribute(AuthorizationLevel.Function, "get", "post") { Route = "notifications/{paymentId}" };
        Assert.Equal(AuthorizationLevel.Function, http.AuthLevel);
        Assert.Equal<IEnumerable<string>>(["get", "post"], http.Methods);
        Assert.Equal("notifications/{paymentId}", http.Route);
        Assert.Equal(AuthorizationLevel.Function, new HttpTriggerAttribute().AuthLevel);
    }
}
