using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FunctionsNotify.Client;

/// <summary>
/// The envelope of a queue message: <c>{"functionsNotify":1,"traceparent":"…","tracestate":"…","notification":{…}}</c>.
/// Storage queues have no headers, and a foreign member beside the notification's own would be sent on to Alipay+.
/// </summary>
public static class NotificationEnvelope
{
    /// <summary>The member that makes a message an envelope; its value is the version.</summary>
    public const string VersionMember = "functionsNotify";

    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>The W3C trace context, optional.</summary>
    public const string TraceParentMember = "traceparent";

    /// <summary>The W3C trace state, optional.</summary>
    public const string TraceStateMember = "tracestate";

    /// <summary>The notification, byte for byte as it is sent.</summary>
    public const string NotificationMember = "notification";

    /// <summary>The most bytes of a queue message's text, after base64 where that is used: the service's limit.</summary>
    public const int MaxMessageBytes = 65_536;

    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the envelope around the notification's bytes as they are.</summary>
    /// <param name="notification">The notification, one sound JSON object; it is not judged here.</param>
    /// <param name="activity">Where the trace context comes from; null, or one that is not W3C, for none.</param>
    public static byte[] Write(ReadOnlySpan<byte> notification, Activity? activity)
    {
        var output = new ArrayBufferWriter<byte>(notification.Length + 256);
        using (var writer = new Utf8JsonWriter(output, _options))
        {
            writer.WriteStartObject();
            writer.WriteNumber(VersionMember, Version);
            if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent })
            {
                writer.WriteString(TraceParentMember, traceParent);
                if (!string.IsNullOrEmpty(activity.TraceStateString))
                {
                    writer.WriteString(TraceStateMember, activity.TraceStateString);
                }
            }

            writer.WritePropertyName(NotificationMember);
            writer.WriteRawValue(notification, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
