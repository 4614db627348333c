using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.Simulation;

// The platform's client over the model: what the app calls, and no more.
internal sealed class DurableModelClient(World world, Process process) : DurableTaskClient("simulated")
{
    private const int PageSize = 100;

    private DurableModel Durable => world.Durable;

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var id = options!.InstanceId!;
        await Durable.StartAsync(process, id, WorkerJson.Write(input)!, cancellation);
        return id;
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        Durable.RaiseAsync(process, instanceId, eventName, WorkerJson.Write(eventPayload), cancellation);

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        Durable.TerminateAsync(process, instanceId, cancellation);

    public override Task<OrchestrationMetadata?> GetInstanceAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Durable.ReadAsync(process, $"get {instanceId}", () => Durable.Find(instanceId) is { } instance ? Metadata(instance, getInputsAndOutputs) : null, cancellation);

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => Pageable.Create(async (string? continuation, CancellationToken cancellation) =>
        await Durable.ReadAsync(process, "list of instances", () =>
        {
            var size = Math.Min(filter?.PageSize ?? PageSize, PageSize);
            var found = Durable.Instances
                .Where(instance => instance.Row is not null && Fits(instance, filter) && string.CompareOrdinal(instance.Id, continuation ?? filter?.ContinuationToken) > 0)
                .Take(size + 1)
                .ToList();
            return new Page<OrchestrationMetadata>([.. found.Take(size).Select(instance => Metadata(instance, filter?.FetchInputsAndOutputs == true, isListed: true))], found.Count > size ? found[size - 1].Id : null);
        }, cancellation));

    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        new(await Durable.PurgeAsync(process, instanceId, cancellation));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation);

    private static bool Fits(Instance instance, OrchestrationQuery? filter) =>
        filter?.Statuses?.Contains(instance.Status) != false
        && (filter?.CreatedTo is not { } to || instance.CreatedAt <= to)
        && (filter?.CreatedFrom is not { } from || instance.CreatedAt >= from)
        && (filter?.InstanceIdPrefix is not { } prefix || instance.Id.StartsWith(prefix, StringComparison.Ordinal));

    // A single one has its custom status with its inputs only, one of a list always.
    private OrchestrationMetadata Metadata(Instance instance, bool withInputs, bool isListed = false) => new(Functions.Orchestrator.Name, instance.Id)
    {
        RuntimeStatus = IsHidden(instance) ? OrchestrationRuntimeStatus.Running : instance.Status,
        CreatedAt = instance.CreatedAt,
        LastUpdatedAt = instance.UpdatedAt,
        DataConverter = WorkerJson.Converter,
        SerializedInput = withInputs ? Durable.Load(instance, instance.Input) : null,
        SerializedOutput = withInputs ? instance.Output : null,
        SerializedCustomStatus = withInputs || isListed ? IsHidden(instance) ? Waiting(instance.CustomStatus) : instance.CustomStatus : null,
    };

    private bool IsHidden(Instance instance) => world.Defect == Defect.CompletedIsInHand && instance.Status == OrchestrationRuntimeStatus.Completed;

    private string? Waiting(string? status) => WorkerJson.Read<DeliveryReport>(status) is { } report
        ? WorkerJson.Write(report with { Phase = DeliveryPhase.Waiting, NextDueAt = world.Loop.Now.AddHours(1) })
        : status;
}
