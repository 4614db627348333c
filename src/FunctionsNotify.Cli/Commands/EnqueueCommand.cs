using System.CommandLine;
using FunctionsNotify.Client;

namespace FunctionsNotify.Cli;

/// <summary><c>notify enqueue</c>: puts notifications on the queue as a payment backend does.</summary>
internal sealed class EnqueueCommand
{
    private const long MaxFileBytes = 512L * 1024 * 1024;

    private readonly Option<string?> _file = new("--file") { Description = "One notification, or many as JSON lines; - for standard input.", HelpName = "FILE" };
    private readonly Option<string?> _paymentId = new("--payment-id") { HelpName = "ID", Description = "paymentId, assigned by Alipay+." };
    private readonly Option<string?> _requestId = new("--payment-request-id") { HelpName = "ID", Description = "paymentRequestId; required when S." };
    private readonly Option<string?> _status = new("--result-status") { HelpName = "S|F", Description = "resultStatus." };
    private readonly Option<string?> _code = new("--result-code") { HelpName = "CODE", Description = "resultCode; SUCCESS by default when S." };
    private readonly Option<string?> _message = new("--result-message") { HelpName = "TEXT", Description = "resultMessage." };
    private readonly Option<string?> _time = new("--payment-time") { HelpName = "TIME", Description = "paymentTime: ISO 8601 with an offset." };
    private readonly Option<bool> _check = new("--dry-run") { Description = "Only check the rules; nothing is sent." };
    private readonly Option<bool> _skip = new("--skip-refused") { Description = "Send the others; by default one refused notification holds all back." };
    private readonly Option<bool> _create = new("--create-queue") { Description = "Create the queue if it is missing." };
    private readonly QueueOptions _queue = NotificationQueue();

    public static Command Create(CommandSetup setup)
    {
        var parts = new EnqueueCommand();
        var command = new Command("enqueue", "Put notifications on the queue: from a file, standard input, or the fields given here. Every broken rule is named.");
        foreach (var option in new Option[] { parts._file, parts._paymentId, parts._requestId, parts._status, parts._code, parts._message, parts._time, parts._check, parts._skip, parts._create })
        {
            command.Add(option);
        }

        parts._queue.AddTo(command);
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

        return await run.SendAsync(_queue, session.Get(_create), stop);
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

    private byte[] Compose(Session session) => GivenNotification.Compose(
        session.Get(_paymentId), session.Get(_requestId), session.Get(_status), session.Get(_code), session.Get(_message), session.Get(_time));

    public static QueueOptions NotificationQueue() => new("NotificationsQueue", PaymentNotificationQueue.DefaultName, "Message Sender");
}
