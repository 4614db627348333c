using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// A delivery as an operator sees it: the answer of the API, the orchestration's output, and, cut short, its custom
// status. Serialized into Durable's history: add optional members only.
internal sealed record DeliveryReport
{
    public required string PaymentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    public required string DeliveryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Supersedes { get; init; }

    public required DeliveryState State { get; init; }

    public required DeliveryPhase Phase { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryCause? Cause { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndedAt { get; init; }

    public required int AttemptCount { get; init; }

    public required int MaxAttempts { get; init; }

    // The number of the attempt that is being made or waited for; null when final, and when nothing works on the
    // delivery any more.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? NextAttempt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextDueAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? WaitsFor { get; init; }

    public int Postponements { get; init; }

    public required ImmutableArray<DeliveryAttempt> Attempts { get; init; }

    public ImmutableArray<CommandVerdict> Commands { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperatorAction { get; init; }

    public required long Sequence { get; init; }

    public static DeliveryReport Of(Delivery delivery)
    {
        var final = delivery.Phase == DeliveryPhase.Final;
        return new DeliveryReport
        {
            PaymentId = delivery.PaymentId,
            PaymentRequestId = delivery.PaymentRequestId,
            DeliveryId = delivery.DeliveryId,
            Supersedes = delivery.Supersedes,
            State = delivery.State,
            Phase = delivery.Phase,
            Cause = delivery.Cause,
            AcceptedAt = delivery.AcceptedAt,
            EndedAt = final ? delivery.DueAt : null,
            AttemptCount = delivery.Attempts.Count,
            MaxAttempts = delivery.Policy.MaxAttempts,
            NextAttempt = final ? null : delivery.NextAttempt,
            NextDueAt = final ? null : delivery.DueAt,
            WaitsFor = delivery.WaitsFor,
            Postponements = delivery.Postponements,
            Attempts = [.. delivery.Attempts],
            Commands = [.. delivery.Verdicts],
            OperatorAction = OperatorGuide.ActionFor(delivery),
            Sequence = delivery.Sequence,
        };
    }
}

// The report that fits a custom status: Durable keeps it as UTF-16 and a larger one fails its write late and silently.
internal static class BriefReport
{
    public const int MaxBytes = 8 * 1024;

    public const int MaxAttempts = 5;

    private const int LongText = 200;
    private const int ShortText = 64;

    // The platform's own serializer escapes everything outside ASCII; measured the same way, the limit is never missed.
    private static readonly JsonSerializerOptions _escaping = new(JsonSerializerDefaults.General);

    public static DeliveryReport Of(Delivery delivery)
    {
        var report = DeliveryReport.Of(delivery);
        report = report with
        {
            Attempts = [.. report.Attempts.TakeLast(MaxAttempts).Select(Shorten)],
            Commands = [.. report.Commands.TakeLast(MaxAttempts).Select(Shorten)],
        };
        while (Size(report) > MaxBytes && (report.Attempts.Length > 1 || report.Commands.Length > 0))
        {
            report = report.Commands.Length >= report.Attempts.Length
                ? report with { Commands = report.Commands.RemoveAt(0) }
                : report with { Attempts = report.Attempts.RemoveAt(0) };
        }

        return report;
    }

    internal static int Size(DeliveryReport report) => sizeof(char) * JsonSerializer.Serialize(report, _escaping).Length;

    private static DeliveryAttempt Shorten(DeliveryAttempt attempt) => attempt with
    {
        Result = attempt.Result with
        {
            ResultStatus = ForeignText.Cut(attempt.Result.ResultStatus, ShortText),
            ResultCode = ForeignText.Cut(attempt.Result.ResultCode, ShortText),
            ResultMessage = ForeignText.Cut(attempt.Result.ResultMessage, ShortText),
            TraceId = ForeignText.Cut(attempt.Result.TraceId, ShortText),
            Detail = ForeignText.Cut(attempt.Result.Detail, LongText),
        },
    };

    private static CommandVerdict Shorten(CommandVerdict verdict) => verdict with
    {
        Detail = ForeignText.Cut(verdict.Detail, ShortText),
        Actor = ForeignText.Cut(verdict.Actor, ShortText),
        Reason = ForeignText.Cut(verdict.Reason, ShortText),
    };
}

// What to do, in a sentence or two, in every state that lasts.
internal static class OperatorGuide
{
    // One or two odd answers are what retries are for.
    private const int AttemptsThatLast = 3;

    private const string Healing = "Waiting payments go on by themselves once that is fixed.";

    public static string? ActionFor(Delivery delivery)
    {
        return (delivery.State, delivery.Cause) switch
        {
            (DeliveryState.Rejected, _) => OfCode(delivery.LastResult),
            (DeliveryState.Exhausted, _) =>
                $"{OfFault(delivery.LastResult) ?? "Alipay+ gave no final answer within the retry schedule: find why from the attempts."} Then deliver again; Alipay+ may have learned the result by its own inquiry.",
            (DeliveryState.Cancelled, _) => "Cancelled by an operator: make sure that Alipay+ learns the result another way, or deliver again.",
            (DeliveryState.Open, _) => OfWait(delivery.WaitsFor) ?? OfRetry(delivery),
            _ => null,
        };
    }

    private static string? OfWait(PostponeReason? reason) => reason switch
    {
        PostponeReason.Paused => "Operators have paused sending. It goes on by itself after the resume: within half a minute, after a pause of hours within some minutes.",
        PostponeReason.BreakerOpen => "Alipay+ gave no usable answers for a while, so most sends are held back: find why from other payments' attempts. It goes on by itself.",
        PostponeReason.SignerThrottled => "The signing service asks us to slow down: check the vault's limits, and who else uses it. It goes on by itself.",
        PostponeReason.LimiterFull => "Our own send rate is used up: raise Overload__MaxSendsPerSecond if the backlog grows. It goes on by itself.",
        PostponeReason.RecordUnread => "The delivery's record cannot be read: check the storage account and our access to it. It goes on by itself.",
        _ => null,
    };

    private static string? OfRetry(Delivery delivery) => delivery.LastResult switch
    {
        { Kind: AttemptKind.SetupRejected } last => OfCode(last),
        { Kind: AttemptKind.NoResult, SignatureFault: null } when delivery.Attempts.Count < AttemptsThatLast => null,
        { Kind: AttemptKind.Unknown } when delivery.Attempts.Count >= AttemptsThatLast =>
            "Nothing yet: Alipay+ does not know the result itself and is asked again. If many payments stay so, contact Alipay+ with a paymentId.",
        var last => OfFault(last),
    };

    private static string? OfFault(AttemptResult? last) => last switch
    {
        { Kind: AttemptKind.NotSent } => $"Nothing left us: the last attempt says why. Check the signing key, or the vault's address and our access to it. {Healing}",
        { SignatureFault: VerificationStatus.BadSignature or VerificationStatus.UnknownKeyVersion } =>
            $"Alipay+'s signature does not verify: check its public key and the key's version (AlipayPlus__PublicKeys). {Healing}",
        { SignatureFault: VerificationStatus.WrongClientId } => $"The answers are signed for another Client-Id: check AlipayPlus__ClientId. {Healing}",
        { SignatureFault: not null } => $"The answers are not signed as they must be: check AlipayPlus__BaseUrl and what stands between us and Alipay+, then ask Alipay+ with the Trace-Id. {Healing}",
        { Kind: AttemptKind.NoResult } => $"Alipay+ gives no answer that counts: the last attempt says what came. Check AlipayPlus__BaseUrl and the network to it. {Healing}",
        _ => null,
    };

    private static string OfCode(AttemptResult? last) => ResultCodeCatalogue.Describe(last?.ResultCode, last?.ResultStatus).Action;
}
