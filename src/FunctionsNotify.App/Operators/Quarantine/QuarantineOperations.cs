using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// What an operator does with quarantined messages, the same on every host. Each change is under the record's version,
// so that of several operators at once one is first, and the others are told. A requeue has three steps: the record
// says that it is being requeued and with which bytes, the message goes on the queue, the record says that it is done.
// Cut off anywhere, the record is still there and says how far it came; a requeue after TakeOverAfter ends it with the
// same bytes. The message may then come twice, which intake sees as a duplicate; it can never be marked as requeued
// without being on the queue.
internal sealed class QuarantineOperations
{
    public const int MaxPage = 200;

    public const int DefaultPage = 50;

    private readonly IQuarantineRecords _records;
    private readonly INotificationSender _sender;
    private readonly IMessageCodec _codec;
    private readonly AuditTrail _audit;
    private readonly TimeSpan _claimRetention;
    private readonly TimeProvider _time;
    private readonly ILogger<QuarantineOperations> _logger;

    public QuarantineOperations(
        IQuarantineRecords records, INotificationSender sender, IMessageCodec codec, AuditTrail audit, RetentionPolicy retention, TimeProvider time, ILogger<QuarantineOperations> logger)
    {
        ArgumentNullException.ThrowIfNull(retention);
        _claimRetention = retention.Claims;
        _records = records;
        _sender = sender;
        _codec = codec;
        _audit = audit;
        _time = time;
        _logger = logger;
    }

    public static TimeSpan TakeOverAfter { get; } = TimeSpan.FromMinutes(5);

    public Task<QuarantinePage> ListAsync(QuarantineFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, MaxPage);
        return _records.ListAsync(filter, max, continuation, cancellationToken);
    }

    public async Task<QuarantineView?> FindAsync(string quarantineId, bool withBody, CancellationToken cancellationToken) =>
        await _records.GetAsync(quarantineId, cancellationToken).ConfigureAwait(false) is { } found
            ? QuarantineView.Of(found.Record, withBody ? _codec : null)
            : null;

    public async Task<QuarantineAnswer> RequeueAsync(string quarantineId, RequeueRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new FieldErrors();
        request.By.Judge(errors);
        if (await _records.GetAsync(quarantineId, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return errors.Any ? new QuarantineAnswer.Refused(errors.ToDictionary()) : new QuarantineAnswer.Unknown();
        }

        var isResumed = IsLeftMidway(stored.Record);
        if (stored.Record.Status != QuarantineStatus.Waiting && !isResumed)
        {
            return new QuarantineAnswer.Taken(stored.Record);
        }

        var overrode = isResumed ? JudgeResumed(stored.Record, request, errors) : JudgeFirst(stored.Record, request, errors);
        if (errors.Any)
        {
            return new QuarantineAnswer.Refused(errors.ToDictionary());
        }

        var begun = Change(stored.Record, QuarantineStatus.Requeuing, request.By, overrode, messageId: null) with
        {
            Correction = isResumed ? stored.Record.Correction : request.Body,
        };
        var entry = await BeginAsync(AuditActions.Requeue, begun, request.By, cancellationToken).ConfigureAwait(false);
        if (await _records.TryReplaceAsync(begun, stored.Version, cancellationToken).ConfigureAwait(false) is not { } version)
        {
            return await LostAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        OperatorLogs.RequeueBegun(_logger, quarantineId, begun.PaymentId, request.By.Actor, request.By.Reason, Overrode(overrode));
        var answer = await SendAsync(begun, version, request.By, cancellationToken).ConfigureAwait(false);
        await _audit.EndAsync(entry, AuditEntry.Accepted).ConfigureAwait(false);
        return answer;
    }

    public async Task<QuarantineAnswer> DiscardAsync(string quarantineId, OperatorStatement by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(by);
        var errors = new FieldErrors();
        by.Judge(errors);
        if (errors.Any)
        {
            return new QuarantineAnswer.Refused(errors.ToDictionary());
        }

        if (await _records.GetAsync(quarantineId, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return new QuarantineAnswer.Unknown();
        }

        if (stored.Record.Status != QuarantineStatus.Waiting)
        {
            return new QuarantineAnswer.Taken(stored.Record);
        }

        var discarded = Change(stored.Record, QuarantineStatus.Discarded, by, overrode: null, messageId: null);
        var entry = await BeginAsync(AuditActions.Discard, discarded, by, cancellationToken).ConfigureAwait(false);
        if (await _records.TryReplaceAsync(discarded, stored.Version, cancellationToken).ConfigureAwait(false) is null)
        {
            return await LostAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        await _audit.EndAsync(entry, AuditEntry.Accepted).ConfigureAwait(false);

        OperatorLogs.Discarded(_logger, quarantineId, discarded.PaymentId, by.Actor, by.Reason);
        return new QuarantineAnswer.Done(discarded);
    }

    private async Task<QuarantineAnswer> SendAsync(QuarantineRecord begun, string version, OperatorStatement by, CancellationToken cancellationToken)
    {
        var messageId = await _sender.SendAsync(begun.Correction ?? begun.Content, cancellationToken).ConfigureAwait(false);
        OperatorLogs.Requeued(_logger, begun.QuarantineId, begun.PaymentId, begun.Correction is null ? "as it is" : "corrected", messageId, by.Actor, by.Reason);
        var requeued = Change(begun, QuarantineStatus.Requeued, by, overrode: null, messageId);
        if (await _records.TryReplaceAsync(requeued, version, cancellationToken).ConfigureAwait(false) is null)
        {
            // Another operator took over meanwhile, with the same bytes: both messages are on the queue, intake takes one.
            OperatorLogs.RequeuedTwice(_logger, begun.QuarantineId, begun.PaymentId, messageId);
        }

        return new QuarantineAnswer.Done(requeued);
    }

    private async Task<AuditEntry> BeginAsync(string action, QuarantineRecord record, OperatorStatement by, CancellationToken cancellationToken)
    {
        var entry = _audit.New(action, by, record.PaymentId, record.QuarantineId);
        await _audit.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        return entry;
    }

    private async Task<QuarantineAnswer> LostAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var now = await _records.GetAsync(entry.QuarantineId!, cancellationToken).ConfigureAwait(false);
        await _audit.EndAsync(entry, AuditEntry.Refused($"another operator was first, the record is {now?.Record.Status.ToString() ?? "gone"}")).ConfigureAwait(false);
        return now is null ? new QuarantineAnswer.Unknown() : new QuarantineAnswer.Taken(now.Record);
    }

    private bool IsLeftMidway(QuarantineRecord record) =>
        record.Status == QuarantineStatus.Requeuing && (record.History.IsEmpty || _time.GetUtcNow() - record.History[^1].At >= TakeOverAfter);

    private ImmutableArray<string>? JudgeFirst(QuarantineRecord record, RequeueRequest request, FieldErrors errors)
    {
        var objections = RequeueRules.Judge(record, request.Body, _codec, _sender, _claimRetention, _time.GetUtcNow(), errors);
        if (objections.Count > 0 && request.Force)
        {
            return [.. objections.Select(objection => objection.Value)];
        }

        foreach (var (field, rule) in objections)
        {
            errors.Add(field, $"is needed, because {rule}");
        }

        return null;
    }

    // What was objected to was answered by whoever began; the bytes that may be on the queue already are the ones to send.
    private static ImmutableArray<string>? JudgeResumed(QuarantineRecord record, RequeueRequest request, FieldErrors errors)
    {
        if (request.Body is { } body && !body.Span.SequenceEqual((record.Correction ?? record.Content).Span))
        {
            errors.Add(RequeueRules.BodyField, "must be left out: a requeue with other bytes was begun and may have been sent, and is ended with those");
        }

        return null;
    }

    private QuarantineRecord Change(QuarantineRecord record, QuarantineStatus status, OperatorStatement by, ImmutableArray<string>? overrode, string? messageId) => record with
    {
        Status = status,
        History = record.History.Add(new QuarantineEntry
        {
            Id = Guid.CreateVersion7().ToString(),
            At = _time.GetUtcNow(),
            Status = status,
            Actor = by.Actor ?? string.Empty,
            Reason = by.Reason ?? string.Empty,
            Overrode = overrode,
            MessageId = messageId,
        }),
    };

    private static string Overrode(ImmutableArray<string>? overrode) => overrode is { } some ? $"; set aside by force: {string.Join("; ", some)}" : string.Empty;
}
