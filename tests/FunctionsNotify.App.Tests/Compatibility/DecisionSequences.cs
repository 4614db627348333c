namespace FunctionsNotify.App.Tests.Core;

/// <summary>How the recorded sequences were made. Used to record one that does not exist yet; what is replayed is the file.</summary>
internal static class DecisionSequences
{
    private static readonly DeliveryPolicy _default = new();

    private static readonly DeliveryPolicy _short = new()
    {
        RetryDelays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8)],
        Jitter = 0.5,
        SetupFloor = TimeSpan.FromSeconds(5),
        PostponeBase = TimeSpan.FromSeconds(2),
        PostponeCap = TimeSpan.FromSeconds(7),
        LimiterWait = TimeSpan.FromSeconds(1),
    };

    public static IReadOnlyDictionary<string, Func<DecisionSequence>> All { get; } = new Dictionary<string, Func<DecisionSequence>>
    {
        ["default-schedule-no-result"] = () => new DecisionRecorder(_default)
            .ToTheEnd(AttemptKind.NoResult)
            .Sequence("The default schedule to its end; the waits are spread by the paymentId."),

        ["default-schedule-no-result-other-payment"] = () => new DecisionRecorder(_default, "支付/2026")
            .ToTheEnd(AttemptKind.NoResult)
            .Sequence("The same for a payment whose waits are spread otherwise."),

        ["acknowledged-at-once"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("The most common delivery."),

        ["rejected-at-the-second"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.Unknown).Timer().Attempt(AttemptKind.Rejected)
            .Sequence("A business refusal ends the delivery."),

        ["setup-mended"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.SetupRejected).Timer().Attempt(AttemptKind.SetupRejected).Timer().Attempt(AttemptKind.NoResult).Timer()
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("A set-up refusal waits at least its floor, and waits never shrink."),

        ["setup-to-the-end"] = () => new DecisionRecorder(_short)
            .ToTheEnd(AttemptKind.SetupRejected)
            .Sequence("The schedule ends on a set-up refusal: Rejected, not Exhausted."),

        ["slow-down"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.Unknown, slowDown: true, TimeSpan.FromSeconds(45)).Timer()
            .Attempt(AttemptKind.NoResult, slowDown: true).Timer()
            .Attempt(AttemptKind.NoResult, slowDown: true, TimeSpan.FromMinutes(10)).Timer()
            .Attempt(AttemptKind.SetupRejected, slowDown: true, TimeSpan.FromSeconds(1)).Timer()
            .Attempt(AttemptKind.Unknown, slowDown: true, TimeSpan.FromHours(1)).Timer()
            .Attempt(AttemptKind.Unknown).Timer()
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("Retry-After within its floor and ceiling, given and not given."),

        ["slow-down-without-retry-after"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.Unknown, slowDown: true).Timer()
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("An answer that asks to slow down and does not say for how long."),

        ["postponed-then-acknowledged"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.LimiterFull).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.BreakerOpen).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.SignerThrottled).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.LimiterFull).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.BreakerOpen).Timer()
            .Attempt(AttemptKind.NoResult).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.BreakerOpen).Timer()
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("Postponements use no retry; an attempt ends their row, the limiter does not lengthen it."),

        ["postponed-to-the-limit"] = () => new DecisionRecorder(_default, every: 12)
            .ToTheEnd(AttemptKind.Postponed)
            .Sequence("After 24 h of postponements further ones count as attempts, so that the delivery ends; every twelfth decision is written down."),

        ["paused"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.Postponed).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.Paused).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.Paused).Timer()
            .Attempt(AttemptKind.Postponed).Timer()
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("An operators' pause uses no retry, does not count towards the limit of postponements, and lengthens no other wait."),

        ["cancel-during-attempt"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.NoResult).Timer()
            .Ask(CommandKind.Cancel).Ask(CommandKind.SendNow, 3)
            .Attempt(AttemptKind.Unknown)
            .Ask(CommandKind.Cancel)
            .Sequence("A cancel during an attempt takes effect after its result; what comes after it is too late."),

        ["cancel-during-last-attempt"] = () => new DecisionRecorder(_default)
            .Ask(CommandKind.Cancel)
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("A final result of the attempt in flight wins over a cancel."),

        ["cancel-while-postponed"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.Postponed)
            .Ask(CommandKind.Cancel, later: TimeSpan.FromSeconds(3))
            .Sequence("A cancel before the first attempt was made."),

        ["send-now"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.NoResult).Timer().Attempt(AttemptKind.NoResult).Timer().Attempt(AttemptKind.NoResult)
            .Ask(CommandKind.SendNow, 3, TimeSpan.FromSeconds(1))
            .Ask(CommandKind.SendNow, null, TimeSpan.FromSeconds(1))
            .Ask(CommandKind.SendNow, 4, TimeSpan.FromSeconds(1))
            .Ask(CommandKind.SendNow, 4)
            .Ask(CommandKind.SendNow, 5)
            .Attempt(AttemptKind.NoResult)
            .Attempt(AttemptKind.NoResult).Timer()
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("Send-now for the waiting attempt only; it does not shorten the waits that follow. Two more wait for the attempt in flight: one is for another attempt, the other sends the next at once."),

        ["wake"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.NoResult)
            .Ask(CommandKind.Wake, 2)
            .Ask(CommandKind.Wake, 1, TimeSpan.FromSeconds(2))
            .Ask(CommandKind.Wake, 2, TimeSpan.FromMinutes(5))
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("A wake is refused before the attempt is due or for another attempt, and makes an overdue one."),

        ["unreadable-and-repeated-commands"] = () => new DecisionRecorder(_default)
            .Attempt(AttemptKind.NoResult)
            .AskUnreadably()
            .Ask(CommandKind.SendNow, 7, id: "same")
            .Ask(CommandKind.SendNow, 2, id: "same")
            .Timer()
            .AskUnreadably()
            .Attempt(AttemptKind.Acknowledged)
            .Sequence("An unreadable command is refused on the record; the same id again changes nothing."),

        ["short-schedule"] = () => new DecisionRecorder(_short)
            .Attempt(AttemptKind.Unknown).Timer()
            .Attempt(AttemptKind.Postponed, reason: PostponeReason.SignerThrottled).Timer()
            .Attempt(AttemptKind.NotSent).Timer()
            .Attempt(AttemptKind.NoResult).Timer()
            .Attempt(AttemptKind.NoResult)
            .Sequence("A schedule of three entries with other constants, to its end."),
    };
}
