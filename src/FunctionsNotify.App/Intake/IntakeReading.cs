namespace FunctionsNotify.App;

internal sealed record IntakeReading(DecodedMessage Decoded, NotificationReading? Notification)
{
    public IReadOnlyList<Violation> Violations { get; } = [.. Decoded.Violations, .. Notification?.Violations ?? []];

    public bool IsAccepted => Decoded.IsAccepted && Notification is { IsAccepted: true };

    public static IntakeReading Of(IMessageCodec codec, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(codec);
        var decoded = codec.Decode(content);
        return new IntakeReading(decoded, decoded.Notification is { } body ? NotificationReader.Read(body) : null);
    }

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
