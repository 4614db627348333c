using System.CommandLine;
using Azure.Storage.Queues;
using FunctionsNotify.Client;
using FunctionsNotify.LocalHost;

namespace FunctionsNotify.Cli;

/// <summary>Which queue, and how it is opened.</summary>
internal sealed class QueueOptions
{
    private const string ConnectionVariable = "AzureWebJobsStorage";
    private const string QueueVariable = "Queues__Notifications";
    private const string DataVariable = "LocalHost__Data";

    private readonly Option<string?> _uri = new("--queue-uri")
    {
        Description = "The queue's address, opened with your identity; without it AzureWebJobsStorage is the connection string.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _name = new("--queue")
    {
        Description = $"The queue's name; default {QueueVariable} or {PaymentNotificationQueue.DefaultName}.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The data folder of a local host that runs with an Azurite of its own.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _create = new("--create-queue") { Description = "Create the queue if it is missing." };

    public void AddTo(Command command)
    {
        command.Add(_uri);
        command.Add(_name);
        command.Add(_data);
        command.Add(_create);
    }

    /// <summary>The queue.</summary>
    /// <exception cref="CliFault">An option or a setting cannot be used.</exception>
    public PaymentNotificationQueue Open(Session session)
    {
        var create = session.Get(_create);
        if (session.Get(_uri) is { } text)
        {
            if (session.Has(_name) || session.Has(_data))
            {
                throw CliFault.Usage("--queue-uri: names account and queue; give it without --queue and --data");
            }

            return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.Query.Length == 0
                ? new PaymentNotificationQueue(address, session.Host.Identity(), create)
                : throw CliFault.Usage("--queue-uri: must be an address such as https://account.queue.core.windows.net/payment-notifications");
        }

        var name = session.Get(_name) ?? (session.Host.Variable(QueueVariable) is { Length: > 0 } set ? set : PaymentNotificationQueue.DefaultName);
        try
        {
            // The client's own retries (three, growing) stay: a message that was sent twice is delivered once.
            return new PaymentNotificationQueue(
                new QueueClient(Connection(session), name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }),
                new PaymentNotificationQueueOptions { CreateIfMissing = create });
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            // Its message may hold parts of the connection string.
            throw CliFault.Usage($"{ConnectionVariable}: is no connection string");
        }
    }

    private string Connection(Session session)
    {
        if (session.Get(_data) is null && session.Host.Variable(ConnectionVariable) is { Length: > 0 } connection)
        {
            return connection;
        }

        return AzuriteAddress.Find(Data(session)) ?? throw CliFault.Usage(session.Get(_data) is null
            ? $"{ConnectionVariable}: is not set, and no local host with an Azurite of its own runs on the default folder; set it, or give --queue-uri or --data"
            : "--data: no local host with an Azurite of its own runs on this folder");
    }

    private string Data(Session session)
    {
        if ((session.Get(_data) ?? session.Host.Variable(DataVariable)) is { Length: > 0 } data)
        {
            return Path.GetFullPath(data);
        }

        try
        {
            var root = RepositoryRoot.Find();
            return LocalCommands.DataOutsideClone(root) ?? Path.Combine(root, ".local");
        }
        catch (DirectoryNotFoundException)
        {
            throw CliFault.Usage($"{ConnectionVariable}: is not set; set it, or give --queue-uri or --data");
        }
    }
}
