using System.CommandLine;
using System.Text.Json;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Client;

namespace FunctionsNotify.Cli;

/// <summary><c>notify outcomes</c>: what payment backends are told.</summary>
internal sealed class OutcomesCommand
{
    private const int AtOnce = 32;
    private static readonly string[] _columns = ["At (UTC)", "Payment", "State", "Attempts", "Result code", "What to do"];

    private readonly Option<bool> _follow = new("--follow") { Description = "Go on looking, until Ctrl+C." };
    private readonly Option<bool> _take = new("--take") { Description = "Take them off the queue, as a payment backend does, which will then not see them." };
    private readonly Looking _looking = new();
    private readonly QueueOptions _queue = new("OutcomesQueue", PaymentOutcomes.DefaultName, "Reader, with --take Message Processor");
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public static Command Create(CommandSetup setup)
    {
        var parts = new OutcomesCommand();
        var command = new Command("outcomes", $"The oldest {AtOnce} outcomes that wait for their payment backend, left where they are.") { parts._follow, parts._take };
        parts._looking.AddTo(command);
        parts._queue.AddTo(command);
        return setup.Runs(command, parts.RunAsync);
    }

    private async Task<int> RunAsync(Session session, CancellationToken stop)
    {
        if (_looking.IsGiven(session) && !session.Get(_follow))
        {
            throw CliFault.Usage("--interval and --count: need --follow");
        }

        var queue = _queue.Open(session);
        try
        {
            if (!session.Get(_follow))
            {
                var (outcomes, taken) = await ReadAsync(session, queue, stop);
                Show(session, outcomes);
                return await RemoveShownAsync(session, queue, taken);
            }

            return await _looking.RunAsync(
                session,
                async cancellationToken =>
                {
                    var (outcomes, taken) = await ReadAsync(session, queue, cancellationToken);
                    foreach (var outcome in outcomes)
                    {
                        if (session.IsJson)
                        {
                            session.Output.JsonLine(outcome);
                        }

                        session.Output.Line(string.Join("  ", Row(outcome).Where(cell => !string.IsNullOrEmpty(cell))));
                    }

                    await RemoveAsync(session, queue, taken);
                    return false;
                },
                stop);
        }
        catch (Exception fault) when (QueueOptions.IsFault(fault))
        {
            throw _queue.Fault(fault);
        }
    }

    // Those that were not shown before, and the messages to remove once they are shown.
    private async Task<(List<PaymentOutcome> Outcomes, List<QueueMessage> Taken)> ReadAsync(Session session, QueueClient queue, CancellationToken stop)
    {
        List<PaymentOutcome> outcomes = [];
        List<QueueMessage> taken = [];
        if (!session.Get(_take))
        {
            var peeked = (await queue.PeekMessagesAsync(AtOnce, stop)).Value;
            outcomes.AddRange(peeked.Where(message => _seen.Add(message.MessageId)).Select(message => Parse(session, message.MessageId, message.Body)).OfType<PaymentOutcome>());
            if (peeked.Length == AtOnce)
            {
                session.Output.Hint($"Only the oldest {AtOnce} are shown.");
            }

            return (outcomes, taken);
        }

        foreach (var message in (await queue.ReceiveMessagesAsync(AtOnce, cancellationToken: stop)).Value)
        {
            if (Parse(session, message.MessageId, message.Body) is { } outcome)
            {
                outcomes.Add(outcome);
                taken.Add(message);
            }
        }

        return (outcomes, taken);
    }

    private async Task<int> RemoveShownAsync(Session session, QueueClient queue, List<QueueMessage> taken)
    {
        try
        {
            await RemoveAsync(session, queue, taken);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (QueueOptions.IsFault(fault))
        {
            // The document is written already.
            session.Output.Hint($"Not all were taken off the queue. {string.Join(' ', _queue.Fault(fault).Lines)}");
            return ExitCodes.Partly;
        }
    }

    private static async Task RemoveAsync(Session session, QueueClient queue, List<QueueMessage> taken)
    {
        await session.Host.Out.FlushAsync(CancellationToken.None);
        foreach (var message in taken)
        {
            await PaymentOutcomes.DeleteAsync(queue, message);
        }
    }

    private static PaymentOutcome? Parse(Session session, string messageId, BinaryData body)
    {
        try
        {
            return PaymentOutcome.Parse(body.ToMemory().Span);
        }
        catch (JsonException)
        {
            session.Output.Hint($"Message {messageId} is no outcome; it stays.");
            return null;
        }
    }

    private static void Show(Session session, List<PaymentOutcome> outcomes)
    {
        if (session.IsJson)
        {
            session.Output.Json(new { items = outcomes });
            return;
        }

        session.Output.Table(_columns, outcomes.Select(Row));
        session.Output.Hint(outcomes.Count == 1 ? "1 outcome." : $"{outcomes.Count} outcomes.");
    }

    private static IReadOnlyList<string?> Row(PaymentOutcome outcome) =>
    [
        Times.Show(outcome.EndedAt ?? outcome.InsertedAt), outcome.PaymentId ?? "unknown payment", outcome.State.ToString(),
        outcome.AttemptCount == 0 ? null : ((long?)outcome.AttemptCount).Shown(), outcome.ResultCode,
        outcome.OperatorAction ?? outcome.Reasons.Select(reason => reason.ToString()).FirstOrDefault(),
    ];
}
