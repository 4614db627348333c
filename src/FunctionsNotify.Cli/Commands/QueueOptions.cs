using System.CommandLine;
using Azure;
using Azure.Identity;
using Azure.Storage.Queues;

namespace FunctionsNotify.Cli;

/// <summary>A queue as options: a connection string's, an identity's, or a development host's.</summary>
internal sealed class QueueOptions(string nameVariable, string defaultName, string role)
{
    private const string ConnectionVariable = "AzureWebJobsStorage";

    private readonly Option<string?> _uri = new("--queue-uri") { Description = $"The queue's address, opened with your identity; without it {ConnectionVariable} is the connection string.", HelpName = "ADDRESS" };
    private readonly Option<string?> _name = new("--queue") { Description = $"The queue's name; default {nameVariable} or {defaultName}.", HelpName = "NAME" };
    private readonly Option<string?> _data = new("--data") { Description = "The data folder of a development host with its own Azurite.", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        command.Add(_uri);
        command.Add(_name);
        command.Add(_data);
    }

    public QueueClient Open(Session session)
    {
        var encoding = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        if (session.Get(_uri) is { } text)
        {
            if (session.Has(_name) || session.Has(_data))
            {
                throw CliFault.Usage("--queue-uri: names account and queue; cannot be combined with --queue or --data");
            }

            return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.Query.Length == 0
                ? new QueueClient(address, session.Host.Identity(), encoding)
                : throw CliFault.Usage($"--queue-uri: must be an address such as https://account.queue.core.windows.net/{defaultName}");
        }

        var name = session.Setting(_name, nameVariable).Value ?? defaultName;
        try
        {
            // The client's own retries (three, growing) stay: a message that was sent twice is delivered once.
            return new QueueClient(Connection(session), name, encoding);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            // Its message may hold parts of the connection string.
            throw CliFault.Usage($"{ConnectionVariable}: is not a connection string");
        }
    }

    public static bool IsFault(Exception exception) => exception is RequestFailedException or AggregateException or AuthenticationFailedException;

    public CliFault Fault(Exception exception)
    {
        var inner = exception is AggregateException { InnerExceptions: [var first, ..] } ? first : exception;
        // Azure's messages go on with whole HTTP answers.
        var brief = inner.Message.Split('\n')[0].TrimEnd();
        return inner switch
        {
            RequestFailedException { Status: 404 } => CliFault.NotDone("The queue does not exist: check AzureWebJobsStorage and --queue, or --create-queue."),
            RequestFailedException { Status: 401 or 403 } failed => CliFault.NotDone($"The queue refuses this key or identity ({failed.ErrorCode}); an identity needs the role Storage Queue Data {role}."),
            RequestFailedException { Status: > 0 } failed => CliFault.NotDone($"The queue answered {failed.Status} {failed.ErrorCode}."),
            AuthenticationFailedException => CliFault.Usage($"The sign-in failed: {brief}"),
            _ => CliFault.Unreachable($"The queue cannot be reached: {brief}"),
        };
    }

    private string Connection(Session session) => (session.Get(_data), session.Host.Variable(ConnectionVariable)) switch
    {
        ({ } folder, _) => DevelopmentHost.Storage(folder) ?? throw CliFault.Usage("--data: no development host with its own Azurite runs on this folder"),
        (null, { Length: > 0 } connection) => connection,
        _ => DevelopmentHost.Storage(DevelopmentHost.DefaultData) ?? throw CliFault.Usage($"{ConnectionVariable}: is not set, and no development host runs in this folder; set it, or give --queue-uri or --data"),
    };
}
