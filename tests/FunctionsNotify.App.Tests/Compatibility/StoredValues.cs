using System.Text;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>
/// The values that the stored examples were made from. Used to write an example that does not exist yet; what is tested
/// is the file. Together the examples hold every member of every stored type.
/// </summary>
internal static class StoredValues
{
    private static readonly DateTimeOffset _start = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    private static readonly DeliveryInput _input = new()
    {
        DeliveryId = "np-20260301190000000001~0001",
        PaymentId = "20260301190000000001",
        PaymentRequestId = "order-4711",
        Body = Encoding.UTF8.GetBytes("""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Zahlung ✓"},"paymentId":"20260301190000000001","paymentRequestId":"order-4711"}"""),
        AcceptedAt = _start,
        Policy = new DeliveryPolicy(),
        TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        TraceState = "congo=t61rcWkgMzE",
    };

    private static readonly DeliveryInput _redelivery = _input with
    {
        DeliveryId = "np-20260301190000000001~0002",
        Supersedes = "np-20260301190000000001~0001",
        PaymentRequestId = null,
        TraceParent = null,
        TraceState = null,
        Policy = new DeliveryPolicy
        {
            RetryDelays = [TimeSpan.FromMilliseconds(1500), TimeSpan.FromDays(2.5)],
            Jitter = 0.25,
            SetupFloor = TimeSpan.FromSeconds(31),
            SlowDownFloor = TimeSpan.FromSeconds(32),
            SlowDownCeiling = TimeSpan.FromSeconds(61),
            PostponeBase = TimeSpan.FromSeconds(33),
            PostponeCap = TimeSpan.FromMinutes(16),
            LimiterWait = TimeSpan.FromSeconds(6),
            PostponeLimit = TimeSpan.FromHours(25),
        },
    };

    private static readonly DeliveryInput _traced = _input with { EnqueuedAt = _start.AddMilliseconds(-250), ClaimTag = "W/\"datetime'2026-03-01T12%3A00%3A00.1230000Z'\"" };

    private static readonly Delivery _sending = Delivery.Begin(_input, _start.AddSeconds(1));
    private static readonly Delivery _waiting = _sending
        .Apply(Command(CommandKind.SendNow, 7, "c-1"), _start.AddSeconds(1))
        .Apply(Result(AttemptKind.Unknown), _start.AddSeconds(2));
    private static readonly Delivery _postponed = _sending.Apply(Result(AttemptKind.Postponed), _start.AddSeconds(2));
    private static readonly Delivery _paused = _sending
        .Apply(Result(AttemptKind.NoResult) with { SignatureFault = VerificationStatus.BadSignature }, _start.AddSeconds(2)).TimerFired()
        .Apply(AttemptResult.Postponed(PostponeReason.Paused, _start), _start.AddSeconds(4));
    private static readonly Delivery _askedDuringAttempt = _waiting.TimerFired()
        .Apply(Command(CommandKind.Cancel, null, "c-2"), _start.AddSeconds(4))
        .Apply(DeliveryCommand.Read(null, "unreadable-2"), _start.AddSeconds(4))
        .Apply(Command(CommandKind.SendNow, 3, "c-3"), _start.AddSeconds(4));

    private static readonly Delivery _delivered = _sending.Apply(Result(AttemptKind.Acknowledged), _start.AddSeconds(2));
    private static readonly Delivery _rejected = _waiting.TimerFired().Apply(Result(AttemptKind.Rejected), _start.AddSeconds(5));
    private static readonly Delivery _cancelled = _askedDuringAttempt.Apply(Result(AttemptKind.NoResult), _start.AddSeconds(9));
    private static readonly Delivery _exhausted = ToTheEnd(AttemptKind.NotSent);
    private static readonly Delivery _setup = ToTheEnd(AttemptKind.SetupRejected);

    public static IReadOnlyList<StoredValue> History { get; } =
    [
        StoredValue.Of("input", _input),
        StoredValue.Of("input-redelivery", _redelivery),
        StoredValue.Of("input-enqueued", _traced),
        StoredValue.Of("delivery-enqueued", Delivery.Begin(_traced, _start.AddSeconds(1))),
        StoredValue.Of("delivery-sending", _sending),
        StoredValue.Of("delivery-waiting", _waiting),
        StoredValue.Of("delivery-postponed", _postponed),
        StoredValue.Of("delivery-paused", _paused),
        StoredValue.Of("delivery-asked-during-attempt", _askedDuringAttempt),
        StoredValue.Of("delivery-delivered", _delivered),
        StoredValue.Of("delivery-rejected", _rejected),
        StoredValue.Of("delivery-rejected-setup", _setup),
        StoredValue.Of("delivery-exhausted", _exhausted),
        StoredValue.Of("delivery-cancelled", _cancelled),
        .. Enum.GetValues<AttemptKind>().Select(kind => StoredValue.Of($"result-{kind}", Result(kind))),
        .. Enum.GetValues<PostponeReason>().Select(reason => StoredValue.Of($"result-Postponed-{reason}", AttemptResult.Postponed(reason, _start))),
        StoredValue.Of("attempt-told", new SentAttempt(Result(AttemptKind.Acknowledged)) { Ended = new RecordedEnd(DeliveryState.Delivered, _start.AddSeconds(2)), IsTold = true }),
        StoredValue.Of("attempt-open", new SentAttempt(Result(AttemptKind.Unknown))),
        StoredValue.Of("attempt-replaced", new SentAttempt(Result(AttemptKind.NoResult)) { Ended = new RecordedEnd(DeliveryState.Cancelled, _start.AddSeconds(2)) { IsReplaced = true } }),
        StoredValue.Of("command-Cancel", Command(CommandKind.Cancel, null, "c-1")),
        StoredValue.Of("command-SendNow", Command(CommandKind.SendNow, 2, "c-2")),
        StoredValue.Of("command-Wake", Command(CommandKind.Wake, 3, "c-3")),
        StoredValue.Of("command-unreadable", DeliveryCommand.Read(null, "unreadable-1")),
        StoredValue.Of("index-row-open", DeliveryIndexRow.Of(_waiting)),
        StoredValue.Of("index-row-starting", DeliveryIndexRow.Of(_sending) with { StartingSince = _start.AddSeconds(1) }),
        StoredValue.Of("index-row-final", DeliveryIndexRow.Of(_exhausted)),
        StoredValue.Of("report-waiting", BriefReport.Of(_waiting)),
        StoredValue.Of("report-postponed", BriefReport.Of(_postponed)),
        StoredValue.Of("report-paused", BriefReport.Of(_paused)),
        StoredValue.Of("report-cancelled", DeliveryReport.Of(_cancelled)),
        StoredValue.Of("report-rejected-setup", DeliveryReport.Of(_setup)),
    ];

    public static IReadOnlyList<StoredValue> Rest { get; } =
    [
        StoredValue.Of("delivery-enqueued", Delivery.Begin(_traced, _start.AddSeconds(1))),
        StoredValue.Of("delivery-sending", _sending),
        StoredValue.Of("delivery-waiting", _waiting),
        StoredValue.Of("delivery-postponed", _postponed),
        StoredValue.Of("delivery-paused", _paused),
        StoredValue.Of("delivery-asked-during-attempt", _askedDuringAttempt),
        StoredValue.Of("delivery-rejected-setup", _setup),
        StoredValue.Of("delivery-cancelled", _cancelled),
        StoredValue.Of<Outcome>("outcome-delivered", DeliveryOutcome.Of(_delivered)),
        StoredValue.Of<Outcome>("outcome-rejected", DeliveryOutcome.Of(_rejected)),
        StoredValue.Of<Outcome>("outcome-rejected-setup", DeliveryOutcome.Of(_setup)),
        StoredValue.Of<Outcome>("outcome-exhausted", DeliveryOutcome.Of(_exhausted) with { AttemptsOmitted = 1 }),
        StoredValue.Of<Outcome>("outcome-cancelled", DeliveryOutcome.Of(_cancelled)),
        StoredValue.Of<Outcome>("outcome-invalid", MessageOutcome(MessageState.Invalid, null)),
        StoredValue.Of<Outcome>("outcome-conflict", MessageOutcome(MessageState.Conflict, "20260301190000000001")),
        StoredValue.Of("quarantine-record-invalid", Quarantined(MessageState.Invalid, null)),
        StoredValue.Of("quarantine-record-conflict", Quarantined(MessageState.Conflict, "20260301190000000001")),
        StoredValue.Of("quarantine-record-requeued", Requeued()),
        StoredValue.Of("quarantine-record-discarded", Discarded()),
        .. Enum.GetValues<ClaimChangeKind>().Select(kind => StoredValue.Of($"claim-change-{kind}", Change(kind))),
    ];

    private static Delivery ToTheEnd(AttemptKind kind)
    {
        var delivery = Delivery.Begin(_redelivery, _start);
        for (var now = _start; delivery.Phase != DeliveryPhase.Final; now = delivery.DueAt)
        {
            delivery = delivery.Phase == DeliveryPhase.Waiting ? delivery.TimerFired() : delivery.Apply(Result(kind), now.AddMilliseconds(20));
        }

        return delivery;
    }

    private static AttemptResult Result(AttemptKind kind)
    {
        var result = new AttemptResult { Kind = kind, StartedAt = _start.AddSeconds(1), Duration = TimeSpan.FromMilliseconds(20.5) };
        return kind switch
        {
            AttemptKind.Acknowledged => result with { HttpStatus = 200, ResultStatus = "S", ResultCode = "SUCCESS", ResultMessage = "success", TraceId = "trace-1" },
            AttemptKind.Rejected => result with { HttpStatus = 200, ResultStatus = "F", ResultCode = "ORDER_IS_CLOSED", ResultMessage = "clôturé ✓", TraceId = "trace-2", Warnings = AnswerWarnings.KeyVersion },
            AttemptKind.SetupRejected => result with { HttpStatus = 401, ResultStatus = "F", ResultCode = "KEY_NOT_FOUND", Detail = "The answer was not signed." },
            AttemptKind.Unknown => result with { HttpStatus = 503, ResultStatus = "U", ResultCode = "REQUEST_TRAFFIC_EXCEED_LIMIT", SlowDown = true, RetryAfter = TimeSpan.FromSeconds(45) },
            AttemptKind.Postponed => result with { PostponeReason = PostponeReason.SignerThrottled, Detail = "The signer asked to wait." },
            _ => result with { Detail = "No answer within 5 s." },
        };
    }

    private static DeliveryCommand Command(CommandKind kind, int? expectedAttempt, string id) =>
        new() { Id = id, Kind = kind, ExpectedAttempt = expectedAttempt, Actor = "operator@example", Reason = "asked by phone" };

    private static MessageOutcome MessageOutcome(MessageState state, string? paymentId) => new()
    {
        PaymentId = paymentId,
        State = state,
        MessageId = "1f0c2f5e-6f0b-4c39-9d4f-3b1c5a0d7e11",
        InsertedAt = _start,
        Reasons = [new Violation("paymentId", "is required [guide]", Severity.Refuse, "missing"), new Violation("paymentTime", "is expected when resultStatus is S [cut sentence]", Severity.Warn, "missing")],
        QuarantineId = QuarantineRecord.IdOf("1f0c2f5e-6f0b-4c39-9d4f-3b1c5a0d7e11", _start),
    };

    private static QuarantineRecord Quarantined(MessageState state, string? paymentId) => new()
    {
        State = state,
        MessageId = "1f0c2f5e-6f0b-4c39-9d4f-3b1c5a0d7e11",
        InsertedAt = _start,
        QuarantinedAt = _start.AddSeconds(3),
        PaymentId = paymentId,
        Reasons = [new Violation("$", "must be one strict JSON value [decided]", Severity.Refuse, "invalid JSON at line 1, byte 2")],
        Content = new byte[] { 0x7B, 0xFF, 0xFE, 0x00, 0x7D },
        ClaimedAt = state == MessageState.Conflict ? _start.AddHours(-1) : null,
    };

    private static QuarantineRecord Requeued() => Quarantined(MessageState.Invalid, "20260301190000000001") with
    {
        Status = QuarantineStatus.Requeued,
        FromPoisonQueue = true,
        Correction = "{}"u8.ToArray(),
        History =
        [
            Entry("e-1", QuarantineStatus.Requeuing) with { Overrode = ["the record is older than the claims are kept"] },
            Entry("e-2", QuarantineStatus.Requeued) with { MessageId = "9b6f7a58-0c55-4a6e-8a83-0d4a3f0f2c22" },
        ],
    };

    private static QuarantineRecord Discarded() => Quarantined(MessageState.Conflict, "20260301190000000001") with
    {
        Status = QuarantineStatus.Discarded,
        History = [Entry("e-1", QuarantineStatus.Discarded)],
    };

    private static ClaimChange Change(ClaimChangeKind kind)
    {
        var change = new ClaimChange { Id = "c-1", Kind = kind, DeliveryId = "np-20260301190000000001~0002", Generation = 2, At = _start };
        return kind switch
        {
            ClaimChangeKind.Correction => change with { Actor = "operator@example", Reason = "asked by phone", IdempotencyKey = "key-1", BodyHash = new string('a', 64), Ended = new RecordedEnd(DeliveryState.Rejected, _start.AddHours(-1)) },
            ClaimChangeKind.Redelivery => change with { Actor = "operator@example", Reason = "asked by phone" },
            _ => change,
        };
    }

    private static QuarantineEntry Entry(string id, QuarantineStatus status) =>
        new() { Id = id, At = _start.AddDays(1), Status = status, Actor = "operator@example", Reason = "asked by phone" };
}
