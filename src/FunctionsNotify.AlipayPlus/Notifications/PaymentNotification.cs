using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The body of notifyPushPayment: the final result of one push payment. What is sent is always the bytes that were
/// accepted, never this value written again.
/// </summary>
public sealed record PaymentNotification
{
    /// <summary>The payment's final result.</summary>
    [JsonPropertyName("paymentResult")]
    public required PaymentResult PaymentResult { get; init; }

    /// <summary>The payment's id, assigned by Alipay+; 1–64 characters.</summary>
    [JsonPropertyName("paymentId")]
    public required string PaymentId { get; init; }

    /// <summary>The acquirer's id of the payment; required when the result is <c>S</c>, 1–64 characters.</summary>
    [JsonPropertyName("paymentRequestId")]
    public string? PaymentRequestId { get; init; }

    /// <summary>When the payment succeeded: ISO 8601 with an offset.</summary>
    [JsonPropertyName("paymentTime")]
    public string? PaymentTime { get; init; }
}

/// <summary>The payment's final result, as the acquirer tells it.</summary>
public sealed record PaymentResult
{
    /// <summary>The result code of a payment that succeeded.</summary>
    public const string SuccessCode = "SUCCESS";

    /// <summary><c>S</c> or <c>F</c>; <c>U</c> is forbidden in this call.</summary>
    [JsonPropertyName("resultStatus")]
    public required string ResultStatus { get; init; }

    /// <summary><c>SUCCESS</c> exactly when <c>S</c>; any other code of 1–64 characters when <c>F</c>.</summary>
    [JsonPropertyName("resultCode")]
    public required string ResultCode { get; init; }

    /// <summary>Optional text, at most 256 characters.</summary>
    [JsonPropertyName("resultMessage")]
    public string? ResultMessage { get; init; }
}

/// <summary>Writes a notification as the UTF-8 JSON that goes into the queue and, byte for byte, to Alipay+.</summary>
public static class NotificationWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // The body is never put into HTML; escaped non-ASCII would only make it longer.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the fields as they are and leaves null ones out. It does not judge: <see cref="NotificationReader.Read"/> of the bytes does.</summary>
    /// <exception cref="ArgumentException">A text holds half a surrogate pair: it cannot be written without changing it.</exception>
    public static byte[] Write(PaymentNotification notification)
    {
        var result = notification.PaymentResult;
        Check("resultStatus", result?.ResultStatus);
        Check("resultCode", result?.ResultCode);
        Check("resultMessage", result?.ResultMessage);
        Check("paymentId", notification.PaymentId);
        Check("paymentRequestId", notification.PaymentRequestId);
        Check("paymentTime", notification.PaymentTime);
        return JsonSerializer.SerializeToUtf8Bytes(notification, Options);
    }

    private static void Check(string name, string? text)
    {
        try
        {
            _ = StrictUtf8.GetByteCount(text ?? "");
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException($"{name} holds half a surrogate pair.", nameof(text));
        }
    }
}
