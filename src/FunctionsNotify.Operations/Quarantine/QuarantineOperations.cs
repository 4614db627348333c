using System.Collections.Immutable;
using FunctionsNotify.Deliveries;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Operations;

/// <summary>
/// What an operator does with quarantined messages, the same on every host. Each change is under the record's version, so
/// that of several operators at once one is first, and the others are told.
/// <para>A requeue has three steps: the record says that it is being requeued and with which bytes, the message goes on
/// the queue, the record says that it is done. Cut off anywhere, the record is still there and says how far it came; a
/// requeue after <see cref="TakeOverAfter"/> ends it with the same bytes. The message may then come twice, which intake
/// sees as a duplicate; it can never be marked as requeued without being on the queue. <c>[decided]</c></para>
/// </summary>
public sealed class QuarantineOperations
{
    /// <summary>The most records of a page.</summary>
    public const int MaxPage = 200;

    /// <summary>The records of a page when nothing else is asked for.</summary>
    public const int DefaultPage = 50;

    private readonly IQuarantineRecords _records;
    private readonly INotificationSender _sender;
    private readonly IMessageCodec _codec;
    private readonly AuditTrail _audit;
    private readonly TimeSpan _claimRetention;
    private readonly TimeProvider _time;
    private readonly ILogger<QuarantineOperations> _logger;

    /// <summary>Makes the use cases over a host's ports.</summary>
    /// <param name="records">The quarantine.</param>
    /// <param name="sender">Puts messages on the notifications queue.</param>
    /// <param name="codec">Unwraps messages.</param>
    /// <param name="audit">Keeps the audit entries.</param>
    /// <param name="retention">How long a payment's claim is kept: past it, intake cannot see that a message contradicts what was sent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
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

    /// <summary>How long a requeue may be under way before another one ends it: longer than any call to storage takes.</summary>
    public static TimeSpan TakeOverAfter { get; } = TimeSpan.FromMinutes(5);

    /// <summary>A page of records, newest first.</summary>
    /// <param name="filter">Which records.</param>
    /// <param name="max">The most records; at most <see cref="MaxPage"/>.</param>
    /// <param name="continuation">What the page before gave; null for the first page.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="ArgumentException">The number or the continuation is out of its rule.</exception>
    public Task<QuarantinePage> ListAsync(QuarantineFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, MaxPage);
        return _records.ListAsync(filter, max, continuation, cancellationToken);
    }

    /// <summary>One record; null when there is none of this id.</summary>
    /// <param name="quarantineId">The record's id; any text.</param>
    /// <param name="withBody">True to have the message's body with it.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="InvalidDataException">There is one that cannot be read.</exception>
    public async Task<QuarantineView?> FindAsync(string quarantineId, bool withBody, CancellationToken cancellationToken) =>
        await _records.GetAsync(quarantineId, cancellationToken).ConfigureAwait(false) is { } found
            ? QuarantineView.Of(found.Record, withBody ? _codec : null)
            : null;

    /// <summary>Puts a message back on the notifications queue, as it is or corrected.</summary>
    /// <param name="quarantineId">The record's id; any text.</param>
    /// <param name="request">What the operator wants.</param>
    /// <param name="cancellationToken">Stops the call; how far it came stands in the record.</param>
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

        Logs.RequeueBegun(_logger, quarantineId, begun.PaymentId, request.By.Actor, request.By.Reason, Overrode(overrode));
        var answer = await SendAsync(begun, version, request.By, cancellationToken).ConfigureAwait(false);
        await _audit.EndAsync(entry, AuditEntry.Accepted).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Says that a message needs nothing more. Its record stays.</summary>
    /// <param name="quarantineId">The record's id; any text.</param>
    /// <param name="by">Who and why.</param>
    /// <param name="cancellationToken">Stops the call.</param>
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

        Logs.Discarded(_logger, quarantineId, discarded.PaymentId, by.Actor, by.Reason);
        return new QuarantineAnswer.Done(discarded);
    }

    private async Task<QuarantineAnswer> SendAsync(QuarantineRecord begun, string version, OperatorStatement by, CancellationToken cancellationToken)
    {
        var messageId = await _sender.SendAsync(begun.Correction ?? begun.Content, cancellationToken).ConfigureAwait(false);
        Logs.Requeued(_logger, begun.QuarantineId, begun.PaymentId, begun.Correction is null ? "as it is" : "corrected", messageId, by.Actor, by.Reason);
        var requeued = Change(begun, QuarantineStatus.Requeued, by, overrode: null, messageId);
        if (await _records.TryReplaceAsync(requeued, version, cancellationToken).ConfigureAwait(false) is null)
        {
            // Another operator took over meanwhile, with the same bytes: both messages are on the queue, intake takes one.
            Logs.RequeuedTwice(_logger, begun.QuarantineId, begun.PaymentId, messageId);
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
