using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>Finds the notification's bytes in a queue message. Pure; never throws on any input.</summary>
public interface IMessageCodec
{
    /// <summary>Unwraps a message: raw or base64, bare or in an envelope, with or without a byte order mark.</summary>
    /// <param name="content">The message's bytes.</param>
    DecodedMessage Decode(ReadOnlyMemory<byte> content);
}

/// <summary>What a queue message held.</summary>
public sealed record DecodedMessage
{
    /// <summary>
    /// The exact slice of bytes of the notification; null when none was found. It may stand beside a refusal, so that the
    /// notification's own violations and its paymentId are told too.
    /// </summary>
    public ReadOnlyMemory<byte>? Notification { get; init; }

    /// <summary>The envelope's W3C trace context.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The envelope's W3C trace state.</summary>
    public string? TraceState { get; init; }

    /// <summary>Every reason why the message is refused, and warnings; empty when all is well.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>True when a notification was found and nothing about the message refuses it.</summary>
    public bool IsAccepted => Notification is not null && Violations.All(violation => violation.Severity == Severity.Warn);
}
