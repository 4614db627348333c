using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Client;

namespace FunctionsNotify.Cli;

/// <summary><c>notify enqueue</c>: puts notifications on the queue as a payment backend does.</summary>
internal sealed class EnqueueCommand
{
    private const long MaxFileBytes = 512L * 1024 * 1024;
    private const string ConnectionVariable = "AzureWebJobsStorage";
    private const string QueueVariable = "NotificationsQueue";
    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<string?> _file = new("--file") { Description = "One notification, or many as JSON lines; - for standard input.", HelpName = "FILE" };
    private readonly Option<string?> _paymentId = new("--payment-id") { HelpName = "ID", Description = "paymentId, assigned by Alipay+." };
    private readonly Option<string?> _requestId = new("--payment-request-id") { HelpName = "ID", Description = "paymentRequestId; required when S." };
    private readonly Option<string?> _status = new("--result-status") { HelpName = "S|F", Description = "resultStatus." };
    private readonly Option<string?> _code = new("--result-code") { HelpName = "CODE", Description = "resultCode; SUCCESS by default when S." };
    private readonly Option<string?> _message = new("--result-message") { HelpName = "TEXT", Description = "resultMessage." };
    private readonly Option<string?> _time = new("--payment-time") { HelpName = "TIME", Description = "paymentTime: ISO 8601 with an offset." };
    private readonly Option<bool> _check = new("--dry-run") { Description = "Only check the rules; nothing is sent." };
    private readonly Option<bool> _skip = new("--skip-refused") { Description = "Of many, send those that no rule refuses; by default one refused notification keeps all back." };
    private readonly Option<string?> _uri = new("--queue-uri") { Description = $"The queue's address, opened with your identity; without it {ConnectionVariable} is the connection string.", HelpName = "ADDRESS" };
    private readonly Option<string?> _name = new("--queue") { Description = $"The queue's name; default {QueueVariable} or {PaymentNotificationQueue.DefaultName}.", HelpName = "NAME" };
    private readonly Option<string?> _data = new("--data") { Description = "The data folder of a development host that runs with an Azurite of its own.", HelpName = "DIR" };
    private readonly Option<bool> _create = new("--create-queue") { Description = "Create the queue if it is missing." };

    public static Command Create(CommandSetup setup)
    {
        var parts = new EnqueueCommand();
        var command = new Command("enqueue", "Put notifications on the queue: from a file, standard input, or the fields given here. Every refused rule is named.");
        foreach (var option in new Option[] { parts._file, parts._paymentId, parts._requestId, parts._status, parts._code, parts._message, parts._time, parts._check, parts._skip, parts._uri, parts._name, parts._data, parts._create })
        {
            command.Add(option);
        }

        return setup.Runs(command, parts.RunAsync);
    }

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        var run = new EnqueueRun(session, await ReadAsync(session, stop));
        if (session.Get(_check))
        {
            run.Print(isDryRun: true);
            return run.RefusedCount > 0 ? ExitCodes.NotDone : ExitCodes.Done;
        }

        if (run.RefusedCount > 0 && !(session.Get(_skip) && run.RefusedCount < run.Count))
        {
            run.Print(isDryRun: false);
            session.Output.Hint("Nothing was sent.");
            return ExitCodes.NotDone;
        }

        return await run.SendAsync(Open(session), stop);
    }

    private async Task<IReadOnlyList<GivenNotification>> ReadAsync(Session session, CancellationToken stop)
    {
        var hasFields = new Option[] { _paymentId, _requestId, _status, _code, _message, _time }.Any(session.Has);
        if (hasFields == session.Has(_file))
        {
            throw CliFault.Usage("--file, or the notification's fields (--payment-id …): give one of them");
        }

        if (hasFields)
        {
            return [new GivenNotification(1, Compose(session))];
        }

        var found = GivenNotification.Split(await GivenFile.ReadAsync(session, "--file", session.Get(_file)!, MaxFileBytes, stop));
        return found.Count > 0 ? found : throw CliFault.Usage("--file: is empty");
    }

    // What is not given is left out, so that the rules say what is missing.
    private byte[] Compose(Session session)
    {
        var status = session.Get(_status);
        var result = Given([("resultStatus", status), ("resultCode", session.Get(_code) ?? (status == "S" ? PaymentResult.SuccessCode : null)), ("resultMessage", session.Get(_message))]);
        return JsonSerializer.SerializeToUtf8Bytes(
            Given([("paymentResult", result.Count > 0 ? result : null), ("paymentId", session.Get(_paymentId)), ("paymentRequestId", session.Get(_requestId)), ("paymentTime", session.Get(_time))]),
            _json);

        static JsonObject Given(IEnumerable<(string Name, JsonNode? Value)> members) =>
            new(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));
    }

    private PaymentNotificationQueue Open(Session session)
    {
        var options = new PaymentNotificationQueueOptions { CreateIfMissing = session.Get(_create) };
        var encoding = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        if (session.Get(_uri) is { } text)
        {
            if (session.Has(_name) || session.Has(_data))
            {
                throw CliFault.Usage("--queue-uri: names account and queue; give it without --queue and --data");
            }

            return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.Query.Length == 0
                ? new PaymentNotificationQueue(new QueueClient(address, session.Host.Identity(), encoding), options)
                : throw CliFault.Usage("--queue-uri: must be an address such as https://account.queue.core.windows.net/payment-notifications");
        }

        var name = session.Setting(_name, QueueVariable).Value ?? PaymentNotificationQueue.DefaultName;
        try
        {
            // The client's own retries (three, growing) stay: a message that was sent twice is delivered once.
            return new PaymentNotificationQueue(new QueueClient(Connection(session), name, encoding), options);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            // Its message may hold parts of the connection string.
            throw CliFault.Usage($"{ConnectionVariable}: is no connection string");
        }
    }

    private string Connection(Session session) => (session.Get(_data), session.Host.Variable(ConnectionVariable)) switch
    {
        ({ } folder, _) => DevelopmentHost.Storage(folder) ?? throw CliFault.Usage("--data: no development host with an Azurite of its own runs on this folder"),
        (null, { Length: > 0 } connection) => connection,
        _ => DevelopmentHost.Storage(DevelopmentHost.DefaultData) ?? throw CliFault.Usage($"{ConnectionVariable}: is not set, and no development host runs in this folder; set it, or give --queue-uri or --data"),
    };
}
