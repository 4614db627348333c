using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>The payment's final result, as the acquirer tells it. <c>[guide]</c></summary>
public sealed record PaymentResult
{
    /// <summary>The result code of a payment that succeeded. <c>[guide]</c></summary>
    public const string SuccessCode = "SUCCESS";

    /// <summary><c>S</c> or <c>F</c>; <c>U</c> is forbidden in this call. <c>[guide]</c></summary>
    [JsonPropertyName("resultStatus")]
    public required string ResultStatus { get; init; }

    /// <summary><c>SUCCESS</c> exactly when <c>S</c> <c>[guide]</c>; any other code of 1–64 characters when <c>F</c>.</summary>
    [JsonPropertyName("resultCode")]
    public required string ResultCode { get; init; }

    /// <summary>Optional text, at most 256 characters <c>[family]</c>.</summary>
    [JsonPropertyName("resultMessage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultMessage { get; init; }
}
