using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>A message read as a candidate for a claim; pure.</summary>
/// <param name="Decoded">What the codec found.</param>
/// <param name="Notification">What reading the notification came to; null when the codec found none.</param>
public sealed record IntakeReading(DecodedMessage Decoded, NotificationReading? Notification)
{
    /// <summary>Every violation of message and notification, refusals and warnings.</summary>
    public IReadOnlyList<Violation> Violations { get; } = [.. Decoded.Violations, .. Notification?.Violations ?? []];

    /// <summary>True when the message can become a delivery.</summary>
    public bool IsAccepted => Decoded.IsAccepted && Notification is { IsAccepted: true };

    /// <summary>Reads a message.</summary>
    /// <param name="codec">Unwraps it.</param>
    /// <param name="content">The message's bytes.</param>
    public static IntakeReading Of(IMessageCodec codec, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(codec);
        var decoded = codec.Decode(content);
        return new IntakeReading(decoded, decoded.Notification is { } body ? NotificationReader.Read(body) : null);
    }

    /// <summary>The claim that an accepted message asks for.</summary>
    /// <param name="message">The message.</param>
    /// <param name="now">When intake accepts it, UTC.</param>
    /// <exception cref="InvalidOperationException">The message is not accepted.</exception>
    public Claim ToClaim(QueueMessageData message, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!IsAccepted || Decoded.Notification is not { } body || Notification is not { Notification: { } notification, CanonicalHash: { } hash })
        {
            throw new InvalidOperationException($"Message {message.MessageId} is not accepted and cannot claim a payment.");
        }

        return new Claim
        {
            PaymentId = notification.PaymentId,
            PaymentRequestId = notification.PaymentRequestId,
            DeliveryId = DeliveryIds.ForDelivery(notification.PaymentId, generation: 1),
            Body = body,
            BodyHashes = [hash],
            FirstMessageId = message.MessageId,
            AcceptedAt = now,
        };
    }
}
