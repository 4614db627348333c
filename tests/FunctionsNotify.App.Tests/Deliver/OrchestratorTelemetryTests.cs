using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FunctionsNotify.App.Tests.Deliver;

// Alone, so that nothing else records while it listens to everything.
[CollectionDefinition(nameof(OrchestratorTelemetryTests), DisableParallelization = true)]
[Collection(nameof(OrchestratorTelemetryTests))]
public sealed class OrchestratorTelemetryTests
{
    [Fact]
    public void Orchestrator_AnyRunWithItsReplays_RecordsNothing()
    {
        var recorded = new List<string>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == TelemetryNames.Source)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((instrument, _, _, _) => recorded.Add(instrument.Name));
        meters.SetMeasurementEventCallback<double>((instrument, _, _, _) => recorded.Add(instrument.Name));
        meters.Start();
        using var spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => recorded.Add(activity.OperationName),
        };
        ActivitySource.AddActivityListener(spans);
        using var control = new Meter(TelemetryNames.Source);

        var run = DeliverRun.Of(
            Given.Input(),
            DeliverRun.Results(AttemptKind.Unknown, AttemptKind.Postponed, AttemptKind.NoResult),
            [DeliverRun.Command(40, CommandKind.SendNow, 4), DeliverRun.Command(50, CommandKind.Cancel, id: "c-2")]);

        Assert.Equal(DeliveryState.Cancelled, run.Output.State);
        Assert.Empty(recorded);
        // The listeners do hear.
        control.CreateCounter<long>("heard").Add(1);
        Assert.Equal(["heard"], recorded);
    }

    [Fact]
    public void Orchestrator_AndWhatItIsMadeOf_HoldsNoInstrument()
    {
        const System.Reflection.BindingFlags Any =
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;
        var types = new[] { typeof(DeliverOrchestrator), typeof(DeliveryLoop), typeof(Delivery), typeof(RetrySchedule), typeof(DeliveryReport), typeof(BriefReport) };

        var used = types.SelectMany(type => type.GetMembers(Any)).SelectMany(member => member switch
        {
            System.Reflection.FieldInfo field => [field.FieldType],
            System.Reflection.MethodBase method => method.GetParameters().Select(parameter => parameter.ParameterType)
                .Concat(method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? []),
            _ => Enumerable.Empty<Type>(),
        });

        Assert.DoesNotContain(used, type => type.Namespace is "System.Diagnostics.Metrics" || type.Name.EndsWith("Telemetry", StringComparison.Ordinal) || type == typeof(Activity) || type == typeof(ActivitySource));
    }
}
