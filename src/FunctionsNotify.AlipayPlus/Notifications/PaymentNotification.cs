using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The body of <c>notifyPushPayment</c>: the final result of one push payment. Used to write a notification and to read
/// the fields that decisions need; what is sent is always the bytes that were accepted, never this value written again.
/// </summary>
public sealed record PaymentNotification
{
    /// <summary>The payment's final result. <c>[guide]</c></summary>
    [JsonPropertyName("paymentResult")]
    public required PaymentResult PaymentResult { get; init; }

    /// <summary>The payment's id, assigned by Alipay+; 1–64 characters. <c>[guide]</c></summary>
    [JsonPropertyName("paymentId")]
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment; required when the result is <c>S</c>, 1–64 characters. <c>[guide]</c></summary>
    [JsonPropertyName("paymentRequestId")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentRequestId { get; init; }

    /// <summary>When the payment succeeded: ISO 8601 with an offset. <c>[guide]</c></summary>
    [JsonPropertyName("paymentTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentTime { get; init; }
}
