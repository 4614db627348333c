using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal sealed record RequeueRequest(OperatorStatement By, ReadOnlyMemory<byte>? Body = null) : ChangeRequest(By)
{
    public static RequeueRequest Of(ChangeRequest request) =>
        new(request.By) { Force = request.Force, IdempotencyKey = request.IdempotencyKey, IsDryRun = request.IsDryRun, IsOneOfMany = request.IsOneOfMany };
}

// What an operator does with quarantined messages. Each change is under the record's version, so that of several
// operators at once one is first, and the others are told. A requeue has three steps: the record says that it is being
// requeued and with which bytes, the message goes on the queue, the record says that it is done. Cut off anywhere, the
// record is still there and says how far it came; a requeue after TakeOverAfter ends it with the same bytes. The message
// may then come twice, which intake sees as a duplicate; it can never be marked as requeued without being on the queue. The same
// wish with the same key goes on where it was cut off, at once, and does nothing twice.
internal sealed class Quarantine(
    QuarantineStore records, Queues queues, AuditTrail audit, RetentionPolicy retention, TimeProvider time, ILogger<Quarantine> logger)
{
    private const string BodyField = "body";
    private const string ForceField = "force";

    public static readonly Answer NoRecord = new(AnswerKind.Unknown, "There is no quarantine record with this id.");

    public static TimeSpan TakeOverAfter { get; } = TimeSpan.FromMinutes(5);

    public async Task<Answer> RequeueAsync(string quarantineId, RequeueRequest request, CancellationToken cancellationToken) => await ChangeAsync(
        quarantineId,
        AuditActions.Requeue,
        request,
        record =>
        {
            var errors = new FieldErrors();
            var isResumed = IsLeftMidway(record) || (record.Status == QuarantineStatus.Requeuing && IsOf(AuditActions.Requeue, request, record));
            if (record.Status != QuarantineStatus.Waiting && !isResumed)
            {
                return (Standing(record), null);
            }

            var overrode = isResumed ? JudgeResumed(record, request, errors) : JudgeFirst(record, request, errors);
            return errors.Any
                ? (Answer.Invalid(errors), null)
                : (null, Change(record, QuarantineStatus.Requeuing, request.By, request.IdFor(AuditActions.Requeue, quarantineId), overrode) with { Correction = isResumed ? record.Correction : request.Body });
        },
        async (begun, version) =>
        {
            var overrode = begun.History[^1].Overrode is { } some ? $"; set aside by force: {string.Join("; ", some)}" : string.Empty;
            Logs.RequeueBegun(logger, quarantineId, begun.PaymentId, request.By.Actor, request.By.Reason, overrode);
            return await SendAsync(begun, version, request.By, cancellationToken);
        },
        cancellationToken);

    public async Task<Answer> DiscardAsync(string quarantineId, ChangeRequest request, CancellationToken cancellationToken) => await ChangeAsync(
        quarantineId,
        AuditActions.Discard,
        request,
        record => record.Status == QuarantineStatus.Waiting ? (null, Change(record, QuarantineStatus.Discarded, request.By, request.IdFor(AuditActions.Discard, quarantineId))) : (Standing(record), null),
        (discarded, _) =>
        {
            Logs.Discarded(logger, quarantineId, discarded.PaymentId, request.By.Actor, request.By.Reason);
            return Task.FromResult(Answer.Done(QuarantineView.Of(discarded)));
        },
        cancellationToken);

    // Reads, judges, puts on record, writes under the version that was read, and only then has the effect.
    private async Task<Answer> ChangeAsync(
        string quarantineId,
        string action,
        ChangeRequest request,
        Func<QuarantineRecord, (Answer? Refusal, QuarantineRecord? Next)> judge,
        Func<QuarantineRecord, string, Task<Answer>> effect,
        CancellationToken cancellationToken)
    {
        try
        {
            if (!QuarantineRecord.IsId(quarantineId) || await records.GetAsync(quarantineId, cancellationToken) is not { } stored)
            {
                return NoRecord;
            }

            if (stored.Record.Status is QuarantineStatus.Requeued or QuarantineStatus.Discarded && IsOf(action, request, stored.Record))
            {
                return new Answer(AnswerKind.Repeated, string.Empty, QuarantineView.Of(stored.Record));
            }

            var entry = audit.New(action, request.By, stored.Record.PaymentId, quarantineId);
            var (refusal, next) = judge(stored.Record);
            if (request.IsDryRun)
            {
                return refusal ?? new Answer(AnswerKind.Possible, string.Empty);
            }

            return next is null
                ? request.IsOneOfMany ? refusal! : await audit.RefuseAsync(entry, refusal!, cancellationToken)
                : await audit.ChangeAsync(entry, async () => await records.TryReplaceAsync(next, stored.Version, cancellationToken) is { } version
                    ? await effect(next, version)
                    : await records.GetAsync(quarantineId, cancellationToken) is { } now ? Standing(now.Record) : NoRecord, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return QuarantineView.Unreadable;
        }
    }

    private async Task<Answer> SendAsync(QuarantineRecord begun, string version, OperatorStatement by, CancellationToken cancellationToken)
    {
        var messageId = await queues.SendNotificationAsync(begun.Correction ?? begun.Content, cancellationToken);
        Logs.Requeued(logger, begun.QuarantineId, begun.PaymentId, begun.Correction is null ? "as it is" : "corrected", messageId, by.Actor, by.Reason);
        var requeued = Change(begun, QuarantineStatus.Requeued, by, Guid.CreateVersion7().ToString(), messageId: messageId);
        if (await records.TryReplaceAsync(requeued, version, cancellationToken) is null)
        {
            // Another operator took over meanwhile, with the same bytes: both messages are on the queue, intake takes one.
            Logs.RequeuedTwice(logger, begun.QuarantineId, begun.PaymentId, messageId);
        }

        return Answer.Done(QuarantineView.Of(requeued));
    }

    private static Answer Standing(QuarantineRecord record) => new(
        AnswerKind.Taken, record.History is [.., { } last] ? $"The record is {record.Status}, by {last.Actor}." : $"The record is {record.Status}.");

    private static bool IsOf(string action, ChangeRequest request, QuarantineRecord record) =>
        request.IdempotencyKey is not null && record.History.Any(entry => entry.Id == request.IdFor(action, record.QuarantineId));

    private bool IsLeftMidway(QuarantineRecord record) =>
        record.Status == QuarantineStatus.Requeuing && (record.History.IsEmpty || time.GetUtcNow() - record.History[^1].At >= TakeOverAfter);

    // Judges the message that would be sent: errors takes what no force sets aside; what it did set aside is returned.
    private ImmutableArray<string>? JudgeFirst(QuarantineRecord record, RequeueRequest request, FieldErrors errors)
    {
        var objections = new List<string>();
        var reading = IntakeReading.Of(request.Body ?? record.Content);
        var refusals = reading.Violations.Where(violation => violation.Severity == Severity.Refuse).ToList();
        if (request.Body is not null)
        {
            refusals.ForEach(violation => errors.Add(RedeliveryRules.BodyField(violation.Field), $"{violation.Rule} (found {violation.Shape})"));
            if (reading.IsAccepted && record.PaymentId is { } paymentId && reading.Notification?.PaymentId != paymentId)
            {
                objections.Add("the corrected body is for another payment than the record");
            }
        }
        else if (record.State == MessageState.Invalid && !reading.IsAccepted)
        {
            objections.Add($"the unchanged message would be refused again: {string.Join("; ", refusals)}");
        }

        if (!Queues.FitsNotification(request.Body ?? record.Content))
        {
            errors.Add(BodyField, "must fit a queue message, encoding included");
        }

        // The oldest of the two times counts: past it, intake may not know any more what was accepted for the payment.
        var since = record.ClaimedAt is { } claimedAt && claimedAt < record.InsertedAt ? claimedAt : record.InsertedAt;
        if (time.GetUtcNow() - since > retention.Claims)
        {
            objections.Add($"{since:yyyy-MM-dd} is longer ago than claims are kept ({retention.Claims.TotalDays:0} days): a notification that contradicts one already sent would go unnoticed");
        }

        if (objections.Count > 0 && request.Force)
        {
            return [.. objections];
        }

        objections.ForEach(objection => errors.Add(ForceField, $"is needed, because {objection}"));
        return null;
    }

    // What was objected to was answered by whoever began; the bytes that may be on the queue already are the ones to send.
    private static ImmutableArray<string>? JudgeResumed(QuarantineRecord record, RequeueRequest request, FieldErrors errors)
    {
        if (request.Body is { } body && !body.Span.SequenceEqual((record.Correction ?? record.Content).Span))
        {
            errors.Add(BodyField, "must be left out: a requeue with other bytes was begun and may have been sent; it is finished with those");
        }

        return null;
    }

    private QuarantineRecord Change(QuarantineRecord record, QuarantineStatus status, OperatorStatement by, string entryId, ImmutableArray<string>? overrode = null, string? messageId = null) => record with
    {
        Status = status,
        History = record.History.Add(new QuarantineEntry
        {
            Id = entryId,
            At = time.GetUtcNow(),
            Status = status,
            Actor = by.Actor ?? string.Empty,
            Reason = by.Reason ?? string.Empty,
            Overrode = overrode,
            MessageId = messageId,
        }),
    };
}
