using System.CommandLine;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary><c>notify enqueue</c>: puts notifications on the queue, as a payment backend does.</summary>
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
    private readonly Option<bool> _skip = new("--skip-refused") { Description = "Of many, send those that no rule refuses; by default one refused notification keeps all back." };
    private readonly QueueOptions _queue = new();

    public static Command Create(CommandSetup cli)
    {
        var parts = new EnqueueCommand();
        var command = new Command("enqueue", "Put notifications on the queue: from a file, standard input, or the fields given here. Every refused rule is named.");
        foreach (var option in new Option[] { parts._file, parts._paymentId, parts._requestId, parts._status, parts._code, parts._message, parts._time, parts._check, parts._skip })
        {
            command.Add(option);
        }

        parts._queue.AddTo(command);
        return cli.Runs(command, parts.RunAsync);
    }

    private Option<string?>[] FieldOptions => [_paymentId, _requestId, _status, _code, _message, _time];

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        var notifications = await ReadAsync(session, stop).ConfigureAwait(false);
        var run = new EnqueueRun(session, notifications);
        var isRefused = run.RefusedCount > 0;
        if (session.Get(_check))
        {
            run.Print(isDryRun: true);
            return isRefused ? ExitCodes.NotDone : ExitCodes.Done;
        }

        if (isRefused && !(session.Get(_skip) && run.RefusedCount < notifications.Count))
        {
            run.Print(isDryRun: false);
            session.Output.Hint("Nothing was sent.");
            return ExitCodes.NotDone;
        }

        return await run.SendAsync(_queue.Open(session), stop).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<GivenNotification>> ReadAsync(Session session, CancellationToken stop)
    {
        var hasFields = FieldOptions.Any(session.Has);
        if (hasFields == session.Has(_file))
        {
            throw CliFault.Usage("--file, or the notification's fields (--payment-id …): give one of them");
        }

        if (hasFields)
        {
            return [new GivenNotification(1, Compose(session))];
        }

        var content = await GivenFile.ReadAsync(session, "--file", session.Get(_file)!, MaxFileBytes, stop).ConfigureAwait(false);
        var found = GivenNotification.Split(content);
        return found.Count > 0 ? found : throw CliFault.Usage("--file: is empty");
    }

    private byte[] Compose(Session session)
    {
        // What is not given is left out, so that the rules say what is missing.
        var status = session.Get(_status);
        var result = new Dictionary<string, string?>
        {
            ["resultStatus"] = status,
            ["resultCode"] = session.Get(_code) ?? (status == "S" ? PaymentResult.SuccessCode : null),
            ["resultMessage"] = session.Get(_message),
        };
        var notification = new Dictionary<string, object?>
        {
            ["paymentResult"] = Given(result),
            ["paymentId"] = session.Get(_paymentId),
            ["paymentRequestId"] = session.Get(_requestId),
            ["paymentTime"] = session.Get(_time),
        };
        return JsonSerializer.SerializeToUtf8Bytes(Given(notification), FunctionsNotify.Deliveries.DeliveryJson.Options);
    }

    private static Dictionary<string, T> Given<T>(Dictionary<string, T> members) =>
        members.Where(member => member.Value is not null).ToDictionary(StringComparer.Ordinal);
}
