using System.Globalization;
using Azure;
using FunctionsNotify.Client;
using FunctionsNotify.LocalHost;

namespace FunctionsNotify.Cli;

/// <summary>Sends notifications and keeps what came of each.</summary>
internal sealed class EnqueueRun
{
    private const int AtOnce = 16;
    private const string Sent = "Sent";
    private const string Refused = "Refused";
    private const string NotSent = "NotSent";
    private const string Accepted = "Accepted";

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

    /// <summary>How many a rule refuses.</summary>
    public int RefusedCount { get; }

    /// <summary>Sends those that no rule refuses.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> SendAsync(PaymentNotificationQueue queue, CancellationToken stop)
    {
        var places = Enumerable.Range(0, _given.Count).Where(place => _given[place].Reading.IsAccepted).ToList();
        CliFault? fault = null;
        try
        {
            await ProgressBar.RunAsync(_session, "Sending", places.Count, report => SendAsync(queue, places, report, stop)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            fault = CliFault.NotDone("Interrupted.");
        }
        catch (InvalidPaymentNotificationException exception)
        {
            fault = CliFault.NotDone([.. exception.Refusals.Select(refusal => refusal.ToString())]);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or Azure.Identity.AuthenticationFailedException)
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

        if (sent == _given.Count)
        {
            return ExitCodes.Done;
        }

        _session.Output.Hint($"{sent} of {_given.Count} were sent. Sending all of them again is safe: the same notification is delivered once.");
        return ExitCodes.Partly;
    }

    /// <summary>Says what came of each.</summary>
    public void Print(bool isDryRun)
    {
        var results = _given.Select((one, place) => new
        {
            line = one.Line,
            paymentId = one.Reading.PaymentId,
            status = Status(place, isDryRun),
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
            var where = _given.Count == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"line {result.line}, ");
            foreach (var refusal in result.refusals)
            {
                _session.Output.Hint($"{where}{result.paymentId ?? "unknown payment"}: refused: {refusal}");
            }

            foreach (var warning in result.warnings)
            {
                _session.Output.Hint($"{where}{result.paymentId ?? "unknown payment"}: sent all the same, but {warning}");
            }
        }

        if (results is [{ messageId: { } messageId, paymentId: var paymentId }])
        {
            _session.Output.Line($"{paymentId} is on the queue as message {messageId}.");
        }
        else
        {
            _session.Output.Line(string.Join(", ", results.GroupBy(result => result.status).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}: {group.Count()}"))));
        }
    }

    private string Status(int place, bool isDryRun) => _given[place].Reading.IsAccepted
        ? _receipts[place] is not null ? Sent : isDryRun ? Accepted : NotSent
        : Refused;

    private async Task SendAsync(PaymentNotificationQueue queue, List<int> places, Action<int> report, CancellationToken stop)
    {
        // The first alone: a wrong name or a missing right is one fault, not sixteen.
        var done = 0;
        if (places.Count > 0)
        {
            _receipts[places[0]] = await queue.EnqueueAsync(_given[places[0]].Body, stop).ConfigureAwait(false);
            report(++done);
        }

        await Parallel.ForEachAsync(places.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (place, cancel) =>
        {
            _receipts[place] = await queue.EnqueueAsync(_given[place].Body, cancel).ConfigureAwait(false);
            report(Interlocked.Increment(ref done));
        }).ConfigureAwait(false);
    }

    private static CliFault OfQueue(Exception exception)
    {
        var inner = exception is AggregateException { InnerExceptions: [var first, ..] } ? first : exception;
        return inner switch
        {
            RequestFailedException { Status: 404 } => CliFault.NotDone("The queue does not exist: check AzureWebJobsStorage and --queue, or --create-queue."),
            RequestFailedException { Status: 401 or 403 } failed => CliFault.NotDone($"The queue refuses this key or identity ({failed.ErrorCode}); an identity needs the role Storage Queue Data Message Sender."),
            RequestFailedException { Status: > 0 } failed => CliFault.NotDone($"The queue answered {failed.Status} {failed.ErrorCode}."),
            Azure.Identity.AuthenticationFailedException => CliFault.Usage($"The sign-in failed: {Faults.Brief(inner)}"),
            _ => CliFault.Unreachable($"The queue cannot be reached: {Faults.Brief(inner)}"),
        };
    }
}
