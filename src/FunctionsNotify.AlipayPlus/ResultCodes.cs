using System.Collections.Frozen;

namespace FunctionsNotify.AlipayPlus;

/// <summary>The three result statuses; nothing else is a result.</summary>
public static class ResultStatus
{
    public const string Success = "S";
    public const string Failure = "F";
    public const string Unknown = "U";
}

/// <param name="Code">The code.</param>
/// <param name="Status">The result status that it comes with.</param>
/// <param name="Action">What the operator does, in one sentence.</param>
/// <param name="IsSetUp">Our key, client id, contract, URL or headers are wrong; waiting payments heal once that is mended.</param>
public sealed record ResultCodeEntry(string Code, string Status, string Action, bool IsSetUp = false);

/// <summary>
/// The result codes that an answer may carry. The list is not exhaustive: decisions follow the result status, the code
/// labels the answer and says what to do.
/// </summary>
public static class ResultCodeCatalogue
{
    public const string Success = "SUCCESS";
    public const string TrafficExceedLimit = "REQUEST_TRAFFIC_EXCEED_LIMIT";

    /// <summary>The metric label of a code that is not in the catalogue.</summary>
    public const string OtherLabel = "OTHER";

    /// <summary>The metric label of an answer without a code.</summary>
    public const string NoneLabel = "NONE";

    private const string Healing = "Waiting payments heal by themselves, ended ones are redelivered.";
    private const string KeySetUp = $"Check our key, its version and the uploaded public key. {Healing}";
    private const string ClientSetUp = $"Check our client id and its permission for this call. {Healing}";
    private const string CallSetUp = $"Check our URL and headers. {Healing}";
    private const string ContractSetUp = $"Check our contract with Alipay+. {Healing}";
    private const string Reconcile = "Reconcile the payment by hand.";
    private const string Unsupported = $"Not retryable. {Reconcile}";

    private static readonly ResultCodeEntry[] Listed =
    [
        new(Success, ResultStatus.Success, "Nothing."),
        new("UNKNOWN_EXCEPTION", ResultStatus.Unknown, "Nothing, it is retried."),
        new(TrafficExceedLimit, ResultStatus.Unknown, "Nothing, it is retried more slowly; lower the send rate if it persists."),
        new("PROCESS_FAIL", ResultStatus.Failure, "Not retryable: contact Alipay+ with the paymentId."),
        new("PARAM_ILLEGAL", ResultStatus.Failure, "Correct the field named in the message and send the correction (same paymentId, paymentRequestId and resultStatus)."),
        new("INVALID_SIGNATURE", ResultStatus.Failure, KeySetUp, IsSetUp: true),
        new("SIGNATURE_INVALID", ResultStatus.Failure, KeySetUp, IsSetUp: true),
        new("KEY_NOT_FOUND", ResultStatus.Failure, KeySetUp, IsSetUp: true),
        new("INVALID_CLIENT", ResultStatus.Failure, ClientSetUp, IsSetUp: true),
        new("CLIENT_INVALID", ResultStatus.Failure, ClientSetUp, IsSetUp: true),
        new("ACCESS_DENIED", ResultStatus.Failure, ClientSetUp, IsSetUp: true),
        new("INVALID_CONTRACT", ResultStatus.Failure, ContractSetUp, IsSetUp: true),
        new("INVALID_API", ResultStatus.Failure, CallSetUp, IsSetUp: true),
        new("NO_INTERFACE_DEF", ResultStatus.Failure, CallSetUp, IsSetUp: true),
        new("METHOD_NOT_SUPPORTED", ResultStatus.Failure, CallSetUp, IsSetUp: true),
        new("MEDIA_TYPE_NOT_ACCEPTABLE", ResultStatus.Failure, CallSetUp, IsSetUp: true),
        new("ORDER_NOT_EXIST", ResultStatus.Failure, Reconcile),
        new("ORDER_IS_CLOSED", ResultStatus.Failure, Reconcile),
        new("REPEAT_REQ_INCONSISTENT", ResultStatus.Failure, Reconcile),
        new("BUSINESS_NOT_SUPPORT", ResultStatus.Failure, Unsupported),
        new("CURRENCY_NOT_SUPPORT", ResultStatus.Failure, Unsupported),
        new("MERCHANT_NOT_REGISTERED", ResultStatus.Failure, Unsupported),
        new("REGULATION_RESTRICTION", ResultStatus.Failure, Unsupported),
        new("PAYMENT_AMOUNT_EXCEED_LIMIT", ResultStatus.Failure, Unsupported),
        new("PAYMENT_COUNT_EXCEED_LIMIT", ResultStatus.Failure, Unsupported),
    ];

    private static readonly FrozenDictionary<string, ResultCodeEntry> ByCode = Listed.ToFrozenDictionary(entry => entry.Code, StringComparer.Ordinal);

    public static IReadOnlyList<ResultCodeEntry> All => Listed;

    public static bool IsSetUpCode(string? code) => code is not null && ByCode.TryGetValue(code, out var entry) && entry.IsSetUp;

    /// <summary>What the code means; for a code that is not listed, what its status means.</summary>
    public static ResultCodeEntry Describe(string? code, string? status)
    {
        if (code is not null && ByCode.TryGetValue(code, out var entry))
        {
            return entry;
        }

        var name = code ?? string.Empty;
        return status switch
        {
            ResultStatus.Success => new(name, ResultStatus.Success, "Nothing; the code is unusual for an acknowledgement."),
            ResultStatus.Failure => new(name, ResultStatus.Failure, "Not retryable: look the code up in the API reference."),
            _ => new(name, ResultStatus.Unknown, "Nothing, it is retried."),
        };
    }

    /// <summary>A label from a closed set, so that no answer can grow the number of metric series.</summary>
    public static string MetricLabel(string? code) => string.IsNullOrEmpty(code)
        ? NoneLabel
        : ByCode.TryGetValue(code, out var entry) ? entry.Code : OtherLabel;
}
