namespace Microsoft.DurableTask.Client;

/// <summary>Where an instance is in its life.</summary>
public enum OrchestrationRuntimeStatus
{
    Running,
    Completed,
    [Obsolete("Kept by the platform for old instances only.")]
    ContinuedAsNew,
    Failed,
    [Obsolete("Kept by the platform for old instances only.")]
    Canceled,
    Terminated,
    Pending,
    Suspended,
}
