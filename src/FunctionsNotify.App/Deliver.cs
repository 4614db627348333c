using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FunctionsNotify.App;

// One payment's delivery as an orchestration; its output is the whole report.
internal static class DeliverOrchestrator
{
    public const string Name = "Deliver";

    // The version that new instances are marked with; host.json's defaultVersion is the same. Any change to the order
    // or kind of the actions, or to the decisions of Delivery, raises it and keeps the old path behind
    // CompareVersionTo: instances of 22 hours and more are in flight.
    public const string Version = "1.0";

    [Function(Name)]
    public static Task<DeliveryReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var input = context.GetInput<DeliveryInput>() ?? throw new InvalidOperationException($"Delivery {context.InstanceId} was started without an input.");
        return new DeliveryLoop(context, input).RunAsync();
    }
}
