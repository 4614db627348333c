using System.Text.Json;
using Azure;
using Azure.Identity;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Client;

namespace FunctionsNotify.Cli;

/// <summary>A notification as it was given, with the line at which it begins.</summary>
internal sealed record GivenNotification(int Line, ReadOnlyMemory<byte> Body)
{
    public NotificationReading Reading { get; } = NotificationReader.Read(Body);

    /// <summary>One document, over several lines maybe, or one on each line.</summary>
    public static IReadOnlyList<GivenNotification> Split(ReadOnlyMemory<byte> content)
    {
        List<GivenNotification> lines = [];
        var rest = content;
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = Trim(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.IsEmpty)
            {
                continue;
            }

            if (lines.Count == 0 && (Trim(rest).IsEmpty || !IsWhole(line.Span)))
            {
                return [new GivenNotification(number, Trim(content))];
            }

            lines.Add(new GivenNotification(number, line));
        }

        return lines;
    }

    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return reader.Read() && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text) => MemoryExtensions.Trim(text, " \t\r\n"u8);
}

/// <summary>Checks and sends what was given, and says what became of each.</summary>
internal sealed class EnqueueRun
{
    private const int AtOnce = 16;

    private readonly Session _session;
    private readonly IReadOnlyList<GivenNotification> _given;
    private readonly EnqueueReceipt?[] _receipts;

    public EnqueueRun(Session session, IReadOnlyList<GivenNotification> given)
    {
        _session = session;
        _given = given;
        _receipts = new EnqueueReceipt?[given.Count];
        RefusedCount = given.Count(one => !one.Reading.IsAccepted);
    }

    public int Count => _given.Count;

    public int RefusedCount { get; }

    public async Task<int> SendAsync(PaymentNotificationQueue queue, CancellationToken stop)
    {
        CliFault? fault = null;
        try
        {
            await SendAllAsync(queue, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            fault = CliFault.NotDone("Interrupted.");
        }
        catch (InvalidPaymentNotificationException exception)
        {
            fault = CliFault.NotDone([.. exception.Refusals.Select(refusal => refusal.ToString())]);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or AuthenticationFailedException)
        {
            fault = OfQueue(exception);
        }

        var sent = _receipts.Count(receipt => receipt is not null);
        if (fault is not null && sent == 0)
        {
            throw fault;
        }

        Print(isDryRun: false);
        foreach (var line in fault?.Lines ?? [])
        {
            _session.Output.Hint(line);
        }

        if (sent == Count)
        {
            return ExitCodes.Done;
        }

        _session.Output.Hint($"{sent} of {Count} were sent. Sending all of them again is safe: the same notification is delivered once.");
        return ExitCodes.Partly;
    }

    public void Print(bool isDryRun)
    {
        var results = _given.Select((one, place) => new
        {
            line = one.Line,
            paymentId = one.Reading.PaymentId,
            status = !one.Reading.IsAccepted ? "Refused" : _receipts[place] is not null ? "Sent" : isDryRun ? "Accepted" : "NotSent",
            messageId = _receipts[place]?.MessageId,
            refusals = one.Reading.Refusals.ToList(),
            warnings = one.Reading.Warnings.ToList(),
        }).ToList();
        if (_session.IsJson)
        {
            _session.Output.Json(new { sent = _receipts.Count(receipt => receipt is not null), refused = RefusedCount, results });
            return;
        }

        foreach (var result in results)
        {
            var which = $"{(Count == 1 ? string.Empty : $"line {result.line}, ")}{result.paymentId ?? "unknown payment"}";
            result.refusals.ForEach(refusal => _session.Output.Hint($"{which}: refused: {refusal}"));
            result.warnings.ForEach(warning => _session.Output.Hint($"{which}: warning: {warning}"));
        }

        _session.Output.Line(results is [{ messageId: { } messageId, paymentId: var paymentId }]
            ? $"{paymentId} is on the queue as message {messageId}."
            : string.Join(", ", results.CountBy(result => result.status).Select(count => $"{count.Key}: {count.Value}")));
    }

    private async Task SendAllAsync(PaymentNotificationQueue queue, CancellationToken stop)
    {
        List<int> places = [.. Enumerable.Range(0, Count).Where(place => _given[place].Reading.IsAccepted)];
        using var progress = new Progress(_session, "Sending", places.Count);
        var done = 0;
        async ValueTask Send(int place, CancellationToken cancel)
        {
            _receipts[place] = await queue.EnqueueAsync(_given[place].Body, cancel);
            progress.Report(Interlocked.Increment(ref done));
        }

        // The first alone: a wrong name or a missing right is one fault, not sixteen.
        await Send(places[0], stop);
        await Parallel.ForEachAsync(places.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, Send);
    }

    private static CliFault OfQueue(Exception exception)
    {
        var inner = exception is AggregateException { InnerExceptions: [var first, ..] } ? first : exception;
        // Azure's messages go on with whole HTTP answers.
        var brief = inner.Message.Split('\n')[0].TrimEnd();
        return inner switch
        {
            RequestFailedException { Status: 404 } => CliFault.NotDone("The queue does not exist: check AzureWebJobsStorage and --queue, or --create-queue."),
            RequestFailedException { Status: 401 or 403 } failed => CliFault.NotDone($"The queue refuses this key or identity ({failed.ErrorCode}); an identity needs the role Storage Queue Data Message Sender."),
            RequestFailedException { Status: > 0 } failed => CliFault.NotDone($"The queue answered {failed.Status} {failed.ErrorCode}."),
            AuthenticationFailedException => CliFault.Usage($"The sign-in failed: {brief}"),
            _ => CliFault.Unreachable($"The queue cannot be reached: {brief}"),
        };
    }
}
