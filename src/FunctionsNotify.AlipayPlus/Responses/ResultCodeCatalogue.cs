using System.Collections.Frozen;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The result codes that an answer may carry. The list is not exhaustive: decisions follow the result status, the code
/// labels the answer and says what to do. <c>[guide]</c> <c>[family]</c>
/// </summary>
public static class ResultCodeCatalogue
{
    /// <summary>The code of an acknowledgement. <c>[guide]</c></summary>
    public const string Success = "SUCCESS";

    /// <summary>The code that asks us to slow down. <c>[family]</c></summary>
    public const string TrafficExceedLimit = "REQUEST_TRAFFIC_EXCEED_LIMIT";

    /// <summary>The metric label of a code that is not in the catalogue.</summary>
    public const string OtherLabel = "OTHER";

    /// <summary>The metric label of an answer without a code.</summary>
    public const string NoneLabel = "NONE";

    private const string Healing = "Waiting payments heal by themselves, ended ones are redelivered.";
    private const string KeySetUp = $"Check our key, its version and the uploaded public key. {Healing}";
    private const string ClientSetUp = $"Check our client id and its permission for this call. {Healing}";
    private const string CallSetUp = $"Check our URL and headers. {Healing}";
    private const string Reconcile = "Reconcile the payment by hand.";

    private static readonly ResultCodeEntry[] Listed =
    [
        new(Success, ResultStatus.Success, ResultCategory.Acknowledged, "Nothing."),
        new("UNKNOWN_EXCEPTION", ResultStatus.Unknown, ResultCategory.Retried, "Nothing, it is retried."),
        new(TrafficExceedLimit, ResultStatus.Unknown, ResultCategory.Retried, "Nothing, it is retried more slowly; lower the send rate if it persists."),
        new("PROCESS_FAIL", ResultStatus.Failure, ResultCategory.Business, "Not retryable: contact Alipay+ with the paymentId."),
        new("PARAM_ILLEGAL", ResultStatus.Failure, ResultCategory.Correction, "Correct the field named in the message and send the correction (same paymentId, paymentRequestId and resultStatus)."),
        new("INVALID_SIGNATURE", ResultStatus.Failure, ResultCategory.SetUp, KeySetUp),
        new("SIGNATURE_INVALID", ResultStatus.Failure, ResultCategory.SetUp, KeySetUp),
        new("KEY_NOT_FOUND", ResultStatus.Failure, ResultCategory.SetUp, KeySetUp),
        new("INVALID_CLIENT", ResultStatus.Failure, ResultCategory.SetUp, ClientSetUp),
        new("CLIENT_INVALID", ResultStatus.Failure, ResultCategory.SetUp, ClientSetUp),
        new("ACCESS_DENIED", ResultStatus.Failure, ResultCategory.SetUp, ClientSetUp),
        new("INVALID_API", ResultStatus.Failure, ResultCategory.SetUp, CallSetUp),
        new("NO_INTERFACE_DEF", ResultStatus.Failure, ResultCategory.SetUp, CallSetUp),
        new("METHOD_NOT_SUPPORTED", ResultStatus.Failure, ResultCategory.SetUp, CallSetUp),
        new("MEDIA_TYPE_NOT_ACCEPTABLE", ResultStatus.Failure, ResultCategory.SetUp, CallSetUp),
        new("ORDER_NOT_EXIST", ResultStatus.Failure, ResultCategory.Reconciliation, Reconcile),
        new("ORDER_IS_CLOSED", ResultStatus.Failure, ResultCategory.Reconciliation, Reconcile),
        new("REPEAT_REQ_INCONSISTENT", ResultStatus.Failure, ResultCategory.Reconciliation, Reconcile),
    ];

    private static readonly FrozenDictionary<string, ResultCodeEntry> ByCode =
        Listed.ToFrozenDictionary(entry => entry.Code, StringComparer.Ordinal);

    /// <summary>Every listed code.</summary>
    public static IReadOnlyList<ResultCodeEntry> All => Listed;

    /// <summary>True for a code that says our set-up is wrong; an F with it is retried. <c>[decided]</c></summary>
    /// <param name="code">The result code.</param>
    public static bool IsSetUpCode(string? code) =>
        code is not null && ByCode.TryGetValue(code, out var entry) && entry.Category == ResultCategory.SetUp;

    /// <summary>What the code means; for a code that is not listed, what its status means.</summary>
    /// <param name="code">The result code; null when the answer held none.</param>
    /// <param name="status">The result status that came with it; null when the answer held none.</param>
    public static ResultCodeEntry Describe(string? code, string? status)
    {
        if (code is not null && ByCode.TryGetValue(code, out var entry))
        {
            return entry;
        }

        var name = code ?? string.Empty;
        return status switch
        {
            ResultStatus.Success => new(name, ResultStatus.Success, ResultCategory.Acknowledged, "Nothing; the code is unusual for an acknowledgement."),
            ResultStatus.Failure => new(name, ResultStatus.Failure, ResultCategory.Business, "Not retryable: look the code up in the API reference."),
            _ => new(name, ResultStatus.Unknown, ResultCategory.Retried, "Nothing, it is retried."),
        };
    }

    /// <summary>A label from a closed set, so that no answer can grow the number of metric series.</summary>
    /// <param name="code">The result code; null when the answer held none.</param>
    /// <returns>The listed code, <see cref="OtherLabel"/> or <see cref="NoneLabel"/>.</returns>
    public static string MetricLabel(string? code) => string.IsNullOrEmpty(code)
        ? NoneLabel
        : ByCode.TryGetValue(code, out var entry) ? entry.Code : OtherLabel;
}
