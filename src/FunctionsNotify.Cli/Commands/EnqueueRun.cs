using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Client;

namespace FunctionsNotify.Cli;

/// <summary>A notification as it was given, with the line at which it begins.</summary>
internal sealed record GivenNotification(int Line, ReadOnlyMemory<byte> Body)
{
    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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

    /// <summary>What is not given is left out, so that the rules say what is missing.</summary>
    public static byte[] Compose(string? paymentId, string? requestId, string? status, string? code, string? message, string? time)
    {
        var result = Given([("resultStatus", status), ("resultCode", code ?? (status == "S" ? PaymentResult.SuccessCode : null)), ("resultMessage", message)]);
        return JsonSerializer.SerializeToUtf8Bytes(
            Given([("paymentResult", result.Count > 0 ? result : null), ("paymentId", paymentId), ("paymentRequestId", requestId), ("paymentTime", time)]), _json);

        static JsonObject Given(IEnumerable<(string Name, JsonNode? Value)> members) =>
            new(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));
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
    private readonly Action<object> _json;
    private readonly IReadOnlyList<GivenNotification> _given;
    private readonly EnqueueReceipt?[] _receipts;

    // json: takes the document, where the whole command's is another.
    public EnqueueRun(Session session, IReadOnlyList<GivenNotification> given, Action<object>? json = null)
    {
        _session = session;
        _json = json ?? session.Output.Json;
        _given = given;
        _receipts = new EnqueueReceipt?[given.Count];
        RefusedCount = given.Count(one => !one.Reading.IsAccepted);
    }

    public int Count => _given.Count;

    public int RefusedCount { get; }

    public async Task<int> SendAsync(QueueOptions queue, bool createQueue, CancellationToken stop)
    {
        CliFault? fault = null;
        try
        {
            await SendAllAsync(new PaymentNotificationQueue(queue.Open(_session), new PaymentNotificationQueueOptions { CreateIfMissing = createQueue }), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            fault = CliFault.NotDone("Interrupted.");
        }
        catch (InvalidPaymentNotificationException exception)
        {
            fault = CliFault.NotDone([.. exception.Refusals.Select(refusal => refusal.ToString())]);
        }
        catch (Exception exception) when (QueueOptions.IsFault(exception))
        {
            fault = queue.Fault(exception);
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
            _json(new { sent = _receipts.Count(receipt => receipt is not null), refused = RefusedCount, results });
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
}
