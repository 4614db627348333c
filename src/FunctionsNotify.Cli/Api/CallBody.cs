using System.Text.Encodings.Web;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>The JSON body of a change.</summary>
internal sealed record CallBody
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Who asks; null where the sign-in says it.</summary>
    public string? Actor { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Sets aside what a person may judge better.</summary>
    public bool Force { get; init; }

    /// <summary>The attempt that send-now is meant for.</summary>
    public int? ExpectedAttempt { get; init; }

    /// <summary>Only say what would happen; null for a call without a dry run.</summary>
    public bool? DryRun { get; init; }

    /// <summary>The payments of a bulk call.</summary>
    public IReadOnlyList<string>? PaymentIds { get; init; }

    /// <summary>The filter of a bulk call, instead of its payments.</summary>
    public DeliveryFilter? Filter { get; init; }

    /// <summary>A corrected notification, sent byte for byte as it was given: its bytes are what Alipay+ receives.</summary>
    public ReadOnlyMemory<byte>? Notification { get; init; }

    /// <summary>The body's bytes.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _options))
        {
            writer.WriteStartObject();
            if (Actor is not null)
            {
                writer.WriteString("actor", Actor);
            }

            writer.WriteString("reason", Reason);
            if (Force)
            {
                writer.WriteBoolean("force", true);
            }

            if (ExpectedAttempt is { } attempt)
            {
                writer.WriteNumber("expectedAttempt", attempt);
            }

            if (DryRun is { } dryRun)
            {
                writer.WriteBoolean("dryRun", dryRun);
            }

            if (PaymentIds is not null)
            {
                writer.WriteStartArray("paymentIds");
                foreach (var id in PaymentIds)
                {
                    writer.WriteStringValue(id);
                }

                writer.WriteEndArray();
            }

            if (Filter is { } filter)
            {
                writer.WriteStartObject("filter");
                Text(writer, "state", filter.State);
                Text(writer, "resultCode", filter.ResultCode);
                Text(writer, "from", filter.From is { } from ? Times.Iso(from) : null);
                Text(writer, "to", filter.To is { } to ? Times.Iso(to) : null);
                writer.WriteEndObject();
            }

            if (Notification is { } notification)
            {
                writer.WritePropertyName("body");
                writer.WriteRawValue(notification.Span);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
