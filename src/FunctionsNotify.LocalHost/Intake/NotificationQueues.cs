using Azure.Storage.Queues;

namespace FunctionsNotify.LocalHost;

/// <summary>The queues that intake works on.</summary>
/// <param name="Notifications">Where payment backends put notifications.</param>
/// <param name="Poison">Where those go that could not be taken in.</param>
internal sealed record NotificationQueues(QueueClient Notifications, QueueClient Poison)
{
    /// <summary>The queues of a name.</summary>
    public static NotificationQueues Of(QueueServiceClient service, string name) =>
        new(service.GetQueueClient(name), service.GetQueueClient(name + "-poison"));
}
