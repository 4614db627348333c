using Azure.Storage.Queues;

namespace FunctionsNotify.App;

internal sealed record NotificationQueues(QueueClient Notifications, QueueClient Outcomes);
