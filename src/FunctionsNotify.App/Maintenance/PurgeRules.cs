namespace FunctionsNotify.App;

internal static class PurgeRules
{
    // Whether an instance may be removed: it is finished for longer than the retention, and nothing rests on it. While
    // its claim is open for it, it is a broken delivery, and its history is what an operator repairs it by.
    public static bool MayRemove(DeliveryInstance instance, Claim? claim, DateTimeOffset finishedBefore)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (instance.Status is not (InstanceStatus.Completed or InstanceStatus.Failed or InstanceStatus.Terminated) || instance.LastUpdatedAt >= finishedBefore)
        {
            return false;
        }

        // A claim that names another delivery has left this one behind: a repair took its place.
        return claim?.DeliveryId != instance.DeliveryId || claim.State != DeliveryState.Open;
    }
}
