using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FunctionsNotify.AlipayPlus;

/// <summary>Writes a notification as the UTF-8 JSON that goes into the queue and, byte for byte, to Alipay+.</summary>
public static class NotificationWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        // The body is never put into HTML; escaped non-ASCII would only make it longer.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Writes the fields as they are, in the order of the API's table, and leaves null ones out <c>[guide]</c>. It does
    /// not judge: <see cref="NotificationReader.Read"/> of the bytes does.
    /// </summary>
    /// <param name="notification">The notification.</param>
    /// <exception cref="ArgumentException">A text holds half a surrogate pair: it cannot be written without changing it.</exception>
    public static byte[] Write(PaymentNotification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            if (notification.PaymentResult is { } result)
            {
                writer.WriteStartObject("paymentResult");
                Write(writer, "resultStatus", result.ResultStatus);
                Write(writer, "resultCode", result.ResultCode);
                Write(writer, "resultMessage", result.ResultMessage);
                writer.WriteEndObject();
            }

            Write(writer, "paymentId", notification.PaymentId);
            Write(writer, "paymentRequestId", notification.PaymentRequestId);
            Write(writer, "paymentTime", notification.PaymentTime);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (!Unicode.IsWellFormed(value))
        {
            throw new ArgumentException($"{name} holds half a surrogate pair.", nameof(value));
        }

        writer.WriteString(name, value);
    }
}
