using Azure.Storage.Queues;

namespace FunctionsNotify.Storage;

/// <summary>The two queues; their clients do not encode messages.</summary>
/// <param name="Notifications">Where payment backends put notifications.</param>
/// <param name="Outcomes">Where they find outcomes.</param>
public sealed record NotificationQueues(QueueClient Notifications, QueueClient Outcomes);
