using System.Text.Json;

namespace FunctionsNotify.Deliveries;

// Writes outcomes as UTF-8 JSON that fits a storage queue message, base64 included.
internal static class OutcomeWriter
{
    public const int MaxBytes = 48 * 1024;

    public static byte[] Write(Outcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var bytes = Serialize(outcome);
        while (bytes.Length > MaxBytes && outcome is DeliveryOutcome { Attempts.Length: > 2 } delivery)
        {
            outcome = delivery with
            {
                Attempts = delivery.Attempts.RemoveAt(delivery.Attempts.Length / 2),
                AttemptsOmitted = delivery.AttemptsOmitted + 1,
            };
            bytes = Serialize(outcome);
        }

        while (bytes.Length > MaxBytes && outcome is MessageOutcome { Reasons.Length: > 1 } message)
        {
            outcome = message with { Reasons = message.Reasons.RemoveAt(message.Reasons.Length - 1) };
            bytes = Serialize(outcome);
        }

        return bytes;
    }

    private static byte[] Serialize(Outcome outcome) => JsonSerializer.SerializeToUtf8Bytes(outcome, DeliveryJson.Options);
}
