using FunctionsNotify.Deliveries;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FunctionsNotify.App;

/// <summary>One payment's delivery as an orchestration; its output is the whole report.</summary>
public static class DeliverOrchestrator
{
    /// <summary>The orchestrator's name.</summary>
    public const string Name = "Deliver";

    /// <summary>
    /// The version that new instances are marked with; host.json's <c>defaultVersion</c> is the same. Any change to the
    /// order or kind of the actions, or to the decisions of <see cref="Delivery"/>, raises it and keeps the old path
    /// behind <see cref="TaskOrchestrationContext.CompareVersionTo"/>: instances of 22 hours and more are in flight.
    /// </summary>
    public const string Version = "1.0";

    /// <summary>Runs the delivery to its end.</summary>
    /// <param name="context">The platform's; everything else would not replay.</param>
    [Function(Name)]
    public static Task<DeliveryReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var input = context.GetInput<DeliveryInput>() ?? throw new InvalidOperationException($"Delivery {context.InstanceId} was started without an input.");
        return new DeliveryLoop(context, input).RunAsync();
    }
}
